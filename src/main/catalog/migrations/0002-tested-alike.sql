-- The gallery looks for experiments that were tested on the same stimuli.
CREATE INDEX evaluations_by_stimuli ON evaluations (stimuli_hash, experiment_key);
