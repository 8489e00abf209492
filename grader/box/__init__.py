"""The confined process in which a learner's code runs: inputs go in, evidence comes out."""
