"""For who writes a course."""
