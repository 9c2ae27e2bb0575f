"""Because something arrived: texts, receipts, calls, staff pages, the JSON API."""
