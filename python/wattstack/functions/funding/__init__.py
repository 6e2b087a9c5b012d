"""Who pays, when, and what revenue must come of it?"""
