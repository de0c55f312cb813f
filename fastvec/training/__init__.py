"""The trainers: their settings, their runs and what they share."""
