"""Advice: the changes that findings propose, each analysed anew, ranked by what they buy for what they cost."""
