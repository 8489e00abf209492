raise SystemExit('run train.py')
