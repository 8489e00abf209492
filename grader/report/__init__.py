"""Every way a Report leaves; each export is a pure function of reports and knows ``grader.model`` alone."""
