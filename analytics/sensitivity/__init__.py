"""Sensitivity analyses: how far could bias, missing follow-up or missing values explain an estimate?"""
