"""Dose and survival: comparisons by number of injections, done so that immortal time cannot flatter them."""
