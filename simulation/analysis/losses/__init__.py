"""What every loss does: single points of failure, contingencies, cascades."""
