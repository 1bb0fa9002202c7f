"""Changes to workbooks that planners already use: what is written, what it was, and the way back."""
