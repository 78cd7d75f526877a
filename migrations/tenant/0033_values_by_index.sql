-- A table of values that was empty when it was last looked at is taken for empty by the planner, and the plan of the first
-- row is kept for the whole statement: changing 200,000 records then read everything written so far for each of them.
alter function custom_values_changed() set enable_seqscan = off;
