-- The shared schema: what all nodes of a farm see. Times are milliseconds since the epoch by this database's clock.
-- Tables are strict: what somebody writes by hand has at least the type that our programs count on. Indexes are few: a claim
-- writes a page for each that it touches, and a server compiles statement and triggers each time.

create view clock as select cast((julianday('now') - 2440587.5) * 86400000 as integer) as now; -- old SQLites know no other way

create table jobs (
    id text primary key,                               -- by who submits it
    project_id text not null default 'local',
    client_id text not null,                           -- the same one with the same payload is the same job
    kind text not null default 'render',
    label text not null,                               -- what a person calls it: the source's name
    payload_object text,                               -- sha256 of the payload in storage
    payload_hash text not null,
    storage text,                                      -- where results go; null: the node's own setting
    webhook text,
    created_by text,
    origin text not null default 'person',             -- person, watch, schedule, retry, api
    origin_id text,                                    -- of the automation, or of the job that this one repeats
    parent_id text references jobs (id),
    waiting_for integer not null default 0,            -- jobs that must end first; claimable at 0
    signature text not null default '',                -- what it needs of a node: see signatures
    priority text not null default 'normal' check (priority in ('urgent', 'high', 'normal', 'low')),
    rank integer not null,                             -- time of submission less the priority's boost; the least goes first
    created_at integer not null,
    not_before integer not null default 0,             -- backoff; 0: none. When its time has come a poll makes it 0
    state text not null default 'queued'
        check (state in ('queued', 'running', 'uploading', 'succeeded', 'failed', 'cancelled', 'paused')),
    wanted text check (wanted in ('cancel', 'pause')), -- of the job's owner, by a person
    node text,
    token integer not null default 0,                  -- the fencing token: only a claim raises it
    claim_id text,
    lease_until integer,
    by_token integer,                                  -- the token that the last write of an owner carried; null: not an owner's write
    outcome text,                                      -- how the last attempt ended
    attempts integer not null default 0,
    failures integer not null default 0,
    lost_leases integer not null default 0,
    started_at integer,
    ended_at integer,
    error_kind text,
    error text,
    stage text,
    percent real not null default 0,
    frame integer not null default 0,
    frames integer not null default 0,
    fps real not null default 0,
    eta real,                                          -- seconds
    progress_at integer,
    result text,                                       -- JSON: facts of what was made
    metadata text not null default '{}',               -- JSON of the submitter's, echoed in webhooks
    payload text,                                      -- JSON; null where it is an object in storage. Long, so the last
    check (payload is not null or payload_object is not null),
    check (length(cast(payload as blob)) <= 300000),   -- bytes: of a text with a zero in it length() sees the beginning
    check (length(cast(metadata as blob)) <= 100000 and json_valid(metadata)),  -- a webhook's trigger reads it, at the claim
    unique (project_id, client_id)
) strict;

-- What a node looks for: one place a signature, the first in rank. Jobs in backoff stand elsewhere until they are due, so
-- that thousands of them are in nobody's way.
create index jobs_claimable on jobs (signature, rank) where state = 'queued' and waiting_for = 0 and not_before = 0;
create index jobs_in_backoff on jobs (not_before) where state = 'queued' and not_before > 0;
create index jobs_held on jobs (node) where state in ('running', 'uploading');
create index jobs_by_state on jobs (state, rank);

-- Each set of needs that any job ever had. A node reads these few rows, not the jobs, to know what it can take.
create table signatures (
    signature text primary key,                        -- needs, sorted, with commas
    needs text not null                                -- JSON array of names
) strict;
insert into signatures values ('', '[]');

create table transitions (from_state text not null, to_state text not null, primary key (from_state, to_state)) strict, without rowid;
insert into transitions values
    ('queued', 'running'), ('queued', 'uploading'), ('queued', 'paused'), ('queued', 'cancelled'), ('queued', 'failed'),
    ('running', 'uploading'), ('running', 'queued'), ('running', 'paused'), ('running', 'cancelled'), ('running', 'failed'),
    ('uploading', 'succeeded'), ('uploading', 'queued'), ('uploading', 'paused'), ('uploading', 'cancelled'), ('uploading', 'failed'),
    ('paused', 'queued'), ('paused', 'cancelled');

create table attempts (
    job_id text not null references jobs (id),
    token integer not null,
    claim_id text not null unique,
    node text not null,
    started_at integer not null,
    ended_at integer,
    outcome text not null default 'running',           -- succeeded, failed, lost, given back, paused, cancelled, superseded
    error_kind text,
    error text,
    primary key (job_id, token)
) strict, without rowid;

create table events (
    id integer primary key,                            -- grows, since none is ever removed
    at integer not null,
    job_id text not null,
    event text not null,                               -- submitted, claimed, state, wanted, released, moved, artifact
    from_state text,
    to_state text,
    token integer,                                     -- the job's, after the write
    by_token integer,                                  -- what the writer carried; null: not an owner's write
    node text,
    detail text
) strict;
create index events_by_job on events (job_id, id);

create table artifacts (
    job_id text not null references jobs (id),
    kind text not null,                                -- video, receipt, thumbnail, log
    token integer not null,
    storage text not null,
    key text not null,
    name text not null,
    size integer not null,
    sha256 text not null,
    media_type text not null,
    created_at integer not null,
    primary key (job_id, kind)
) strict;
create index artifacts_by_key on artifacts (key);

create table job_inputs (
    job_id text not null references jobs (id),
    sha256 text not null,
    primary key (job_id, sha256)
) strict, without rowid;
create index job_inputs_by_hash on job_inputs (sha256);

create table nodes (
    name text primary key,
    instance text not null,                            -- of this start: another process of the same name is seen
    version text not null,
    system text not null,
    capabilities text not null,                        -- JSON array of names that jobs may need
    slots integer not null,
    busy integer not null default 0,
    state text not null default 'active' check (state in ('active', 'draining', 'resting', 'stopped')),
    disabled integer not null default 0,               -- by a person
    paused_until integer not null default 0,           -- by itself, after failures
    reason text,                                       -- why it does not take jobs
    started_at integer not null,
    seen_at integer not null
) strict;
create table node_signatures (
    node text not null references nodes (name) on delete cascade,
    signature text not null references signatures (signature),
    primary key (node, signature)
) strict, without rowid;
create index node_signatures_by_signature on node_signatures (signature);

create table automations (
    id text primary key,
    project_id text not null default 'local',
    kind text not null check (kind in ('watch', 'schedule')),
    name text not null,
    node text,                                         -- a watch is of one node's folders
    trigger text not null,                             -- JSON
    action text not null,                              -- JSON: the job to be
    enabled integer not null default 1,
    next_fire integer,
    last_fire integer,
    last_job text,
    last_error text,
    created_at integer not null,
    unique (project_id, name)
) strict;
create index automations_due on automations (next_fire) where enabled = 1 and next_fire is not null;

create table deliveries (
    id text primary key,
    job_id text not null references jobs (id),
    sequence integer not null,
    event text not null,
    url text not null,
    body text not null,                                -- JSON: the job at that moment
    state text not null default 'pending' check (state in ('pending', 'delivered', 'dead')),
    tries integer not null default 0,
    not_before integer not null default 0,
    lease_until integer not null default 0,
    lease_node text,
    lease_id text,
    created_at integer not null,
    ended_at integer,
    last_status integer,
    last_error text,
    unique (job_id, sequence)
) strict;
create index deliveries_due on deliveries (not_before) where state = 'pending';

-- ------------------------------------------------------------------------------------------------ what is enforced

create trigger jobs_move_by_the_table before update of state on jobs
when old.state <> new.state
    and not exists (select 1 from transitions where from_state = old.state and to_state = new.state)
begin
    select raise(abort, 'a job does not go from its state to that one');
end;

create trigger jobs_ended_stay before update on jobs
when old.state in ('succeeded', 'failed', 'cancelled') and (
    new.state is not old.state or new.result is not old.result or new.error is not old.error
    or new.error_kind is not old.error_kind or new.ended_at is not old.ended_at or new.token is not old.token
    or new.outcome is not old.outcome or new.payload is not old.payload or new.payload_hash is not old.payload_hash)
begin
    select raise(abort, 'the result of an ended job never changes');
end;

create trigger tokens_only_grow before update of token on jobs
when new.token <> old.token and not (new.token = old.token + 1 and old.state = 'queued' and new.state = 'running')
begin
    select raise(abort, 'only a claim raises the fencing token');
end;

-- What was sent for a result that never came about is nobody's current video; its objects are collected.
create trigger artifacts_of_no_result_go after update of state on jobs
when new.state in ('failed', 'cancelled') and old.state not in ('failed', 'cancelled')
begin
    delete from artifacts where job_id = new.id and kind <> 'log';
end;

create trigger artifacts_of_ended_jobs_stay before update on artifacts
when exists (select 1 from jobs where id = old.job_id and state in ('succeeded', 'failed', 'cancelled'))
begin
    select raise(abort, 'an artifact of an ended job never changes');
end;

create trigger events_are_not_changed before update on events
begin
    select raise(abort, 'events are only added');
end;

create trigger events_are_not_removed before delete on events
begin
    select raise(abort, 'events are only added');
end;

-- ------------------------------------------------------------------------------------------------ what is told

create trigger jobs_submitted after insert on jobs
begin
    insert into events (at, job_id, event, to_state, token, detail)
    values (new.created_at, new.id, 'submitted', new.state, new.token, new.origin);
end;

create trigger jobs_claimed after update of token on jobs
when new.token > old.token
begin
    insert into attempts (job_id, token, claim_id, node, started_at)
    values (new.id, new.token, new.claim_id, new.node, (select now from clock));
    insert into events (at, job_id, event, from_state, to_state, token, by_token, node, detail)
    values ((select now from clock), new.id, 'claimed', old.state, new.state, new.token,
            new.by_token, new.node, new.claim_id);
end;

create trigger jobs_changed_state after update of state on jobs
when new.state <> old.state and new.token = old.token
begin
    insert into events (at, job_id, event, from_state, to_state, token, by_token, node, detail)
    values ((select now from clock), new.id, 'state', old.state, new.state, new.token,
            new.by_token, coalesce(new.node, old.node), coalesce(new.error, new.outcome));
end;

create trigger attempts_end after update of state on jobs
when old.state in ('running', 'uploading') and new.state not in ('running', 'uploading')
begin
    update attempts
    set outcome = new.outcome, error_kind = new.error_kind, error = new.error,
        ended_at = (select now from clock)
    where job_id = old.id and token = old.token;
end;

-- Nobody had claimed it since: its owner goes on.
create trigger attempts_go_on after update of state on jobs
when old.state = 'queued' and new.state in ('running', 'uploading') and new.token = old.token
begin
    update attempts set outcome = 'running', error_kind = null, error = null, ended_at = null
    where job_id = old.id and token = old.token;
end;

create trigger attempts_lost_are_superseded after update of token on jobs
when new.token > old.token and old.token > 0
begin
    update attempts set outcome = 'superseded' where job_id = old.id and token = old.token and outcome = 'lost';
end;

create trigger jobs_wanted after update of wanted on jobs
when new.wanted is not old.wanted and new.wanted is not null
begin
    insert into events (at, job_id, event, from_state, to_state, token, detail)
    values ((select now from clock), new.id, 'wanted', old.state, new.state, new.token, new.wanted);
end;

create trigger jobs_moved after update of rank on jobs
when new.rank <> old.rank
begin
    insert into events (at, job_id, event, from_state, to_state, token, detail)
    values ((select now from clock), new.id, 'moved', old.state, new.state, new.token, new.rank);
end;

create trigger artifacts_added after insert on artifacts
begin
    insert into events (at, job_id, event, token, by_token, detail)
    select new.created_at, new.job_id, 'artifact', token, new.token, new.kind || ' ' || new.sha256
    from jobs where id = new.job_id;
end;

create trigger artifacts_replaced after update on artifacts
when new.sha256 <> old.sha256 or new.token <> old.token
begin
    insert into events (at, job_id, event, token, by_token, detail)
    select (select now from clock), new.job_id, 'artifact', token, new.token, new.kind || ' ' || new.sha256
    from jobs where id = new.job_id;
end;

create trigger children_wait_for_each_other after update of state on jobs
when new.state in ('succeeded', 'failed', 'cancelled') and old.state not in ('succeeded', 'failed', 'cancelled')
    and new.parent_id is not null
begin
    update jobs set waiting_for = waiting_for - 1 where id = new.parent_id and waiting_for > 0;
end;

-- ------------------------------------------------------------------------------------------------ webhooks

create trigger webhooks_of_states after update of state on jobs
when new.webhook is not null and new.state <> old.state
    and (new.state in ('succeeded', 'failed', 'cancelled') or (new.state = 'running' and new.token > old.token and new.attempts = 1))
begin
    insert into deliveries (id, job_id, sequence, event, url, body, created_at)
    values (
        lower(hex(randomblob(16))), new.id, (select count(*) + 1 from deliveries where job_id = new.id),
        case new.state when 'running' then 'started' else new.state end, new.webhook,
        json_object('id', new.id, 'client_id', new.client_id, 'project', new.project_id, 'label', new.label, 'state', new.state,
            'percent', new.percent, 'error_kind', new.error_kind, 'error', new.error, 'attempts', new.attempts,
            'metadata', json(new.metadata), 'result', json(new.result)),
        (select now from clock));
end;

create trigger webhooks_of_progress after update of progress_at on jobs
when new.webhook is not null and new.state in ('running', 'uploading') and new.progress_at is not old.progress_at and new.token = old.token
    and not exists (
        select 1 from deliveries where job_id = new.id and event = 'progress'
        and created_at > (select now from clock) - 5000)
begin
    insert into deliveries (id, job_id, sequence, event, url, body, created_at)
    values (
        lower(hex(randomblob(16))), new.id, (select count(*) + 1 from deliveries where job_id = new.id),
        'progress', new.webhook,
        json_object('id', new.id, 'client_id', new.client_id, 'project', new.project_id, 'label', new.label, 'state', new.state,
            'stage', new.stage, 'percent', new.percent, 'frame', new.frame, 'frames', new.frames, 'fps', new.fps, 'eta', new.eta,
            'attempts', new.attempts, 'metadata', json(new.metadata)),
        (select now from clock));
end;
