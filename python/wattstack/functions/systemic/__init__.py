"""Who cannot pay when one cannot?"""
