"""Reports: grades as text, HTML pages, spreadsheets and results of course platforms."""
