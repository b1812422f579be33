-- The index over a workspace's folders. Nothing here is the only copy of anything.

CREATE TABLE recordings (
  id           TEXT PRIMARY KEY,
  name         TEXT NOT NULL,
  subject      TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  samples      INTEGER NOT NULL,
  voxels       INTEGER NOT NULL,
  stimuli      INTEGER NOT NULL,
  -- [{"name": "V1", "voxels": 797}, ...]
  regions      TEXT NOT NULL
) STRICT;

-- recording_id is no foreign key: an experiment may outlive its recording, or be copied here without it.
CREATE TABLE experiments (
  key            INTEGER PRIMARY KEY,
  id             TEXT NOT NULL UNIQUE,
  name           TEXT NOT NULL COLLATE NOCASE,
  created_at     TEXT NOT NULL,
  updated_at     TEXT NOT NULL,
  state          TEXT NOT NULL,
  phase          TEXT NOT NULL,
  step           INTEGER NOT NULL,
  steps          INTEGER NOT NULL,
  training_steps INTEGER NOT NULL,
  seconds_spent  REAL NOT NULL,
  seconds_left   REAL,
  recording_id   TEXT NOT NULL,
  -- Copied from the recording for sorting; null while that is not in the workspace.
  recording_name TEXT COLLATE NOCASE,
  regions        TEXT NOT NULL,
  split_kind     TEXT NOT NULL,
  fold           INTEGER,
  preset         TEXT NOT NULL,
  network        TEXT NOT NULL,
  image_size     INTEGER NOT NULL,
  seed           INTEGER NOT NULL,
  backend        TEXT NOT NULL,
  device         TEXT,
  group_id       TEXT,
  archived       INTEGER NOT NULL DEFAULT 0,
  warnings       INTEGER NOT NULL DEFAULT 0,
  error          TEXT
) STRICT;

-- One per way of sorting, led by the flag that nearly every query fixes, so that a page is read in order.
CREATE INDEX experiments_by_creation  ON experiments (archived, created_at, key);
CREATE INDEX experiments_by_update    ON experiments (archived, updated_at, key);
CREATE INDEX experiments_by_name      ON experiments (archived, name, key);
CREATE INDEX experiments_by_state     ON experiments (archived, state, created_at, key);
CREATE INDEX experiments_by_recording ON experiments (archived, recording_name, created_at, key);
CREATE INDEX experiments_of_recording ON experiments (recording_id, archived, created_at, key);
CREATE INDEX experiments_by_preset    ON experiments (archived, preset, created_at, key);
CREATE INDEX experiments_by_duration  ON experiments (archived, seconds_spent, key);
CREATE INDEX experiments_with_archive ON experiments (created_at, key);
CREATE INDEX experiments_by_group     ON experiments (group_id, fold) WHERE group_id IS NOT NULL;

-- Apart from `experiments`, so that lists do not read over it.
CREATE TABLE configurations (
  experiment_key INTEGER PRIMARY KEY REFERENCES experiments (key) ON DELETE CASCADE,
  json           TEXT NOT NULL
) STRICT;

CREATE TABLE evaluations (
  experiment_key INTEGER PRIMARY KEY REFERENCES experiments (key) ON DELETE CASCADE,
  created_at     TEXT NOT NULL,
  step           INTEGER NOT NULL,
  protocol       TEXT NOT NULL,
  stimuli        INTEGER NOT NULL,
  -- SHA-256 over the ids of the test stimuli in order: equal hashes, comparable scores.
  stimuli_hash   TEXT NOT NULL
) STRICT;

CREATE TABLE metrics (
  experiment_key INTEGER NOT NULL REFERENCES experiments (key) ON DELETE CASCADE,
  method         TEXT NOT NULL,
  metric         TEXT NOT NULL,
  value          REAL NOT NULL,
  chance_mean    REAL NOT NULL,
  chance_p95     REAL NOT NULL,
  chance_p99     REAL NOT NULL,
  p              REAL NOT NULL,
  low            REAL NOT NULL,
  high           REAL NOT NULL,
  n              INTEGER NOT NULL,
  PRIMARY KEY (experiment_key, method, metric)
) STRICT, WITHOUT ROWID;

CREATE INDEX metrics_by_value ON metrics (method, metric, value, experiment_key);

CREATE TABLE tags (
  experiment_key INTEGER NOT NULL REFERENCES experiments (key) ON DELETE CASCADE,
  tag            TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (experiment_key, tag)
) STRICT, WITHOUT ROWID;

CREATE INDEX tags_by_tag ON tags (tag, experiment_key);

CREATE TABLE notes (
  experiment_key INTEGER PRIMARY KEY REFERENCES experiments (key) ON DELETE CASCADE,
  text           TEXT NOT NULL
) STRICT;

-- Words for searching; rowid is experiments.key.
CREATE VIRTUAL TABLE experiment_words USING fts5 (
  name, note, tags, recording, id,
  tokenize = 'unicode61 remove_diacritics 2',
  prefix = '1 2 3'
);

CREATE TRIGGER experiments_forget_words AFTER DELETE ON experiments BEGIN
  DELETE FROM experiment_words WHERE rowid = OLD.key;
END;
