"""What many homes come down to without telling of any one: noise.py (exact), counts.py (what a home adds), budget.py, summary.py."""
