"""Looking every night without fooling oneself: alpha spending and anytime-valid inference."""
