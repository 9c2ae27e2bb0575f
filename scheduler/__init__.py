"""Because time passed: planning, dispatch, receipts we must chase, chores."""
