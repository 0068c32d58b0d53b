-- Every statement that is run on the queue, by its name. Both databases run the same ones. Each may be repeated: a repeat
-- changes nothing more. What an owner writes carries its fencing token.

-- ---------------------------------------------------------------------------------------------------- submitting

-- name: add_signature
insert into signatures (signature, needs) values (:signature, :needs) on conflict (signature) do nothing

-- name: submit
-- A schedule's only by the node that fired it, in the same batch.
insert into jobs (id, project_id, client_id, kind, label, payload, payload_object, payload_hash, storage, webhook, metadata,
    created_by, origin, origin_id, parent_id, waiting_for, signature, priority, rank, created_at)
select :id, :project, :client_id, :kind, :label, :payload, :payload_object, :payload_hash, :storage, :webhook, :metadata,
    :created_by, :origin, :origin_id, :parent_id, :waiting_for, :signature, :priority, now - :boost, now
from clock
where :origin <> 'schedule' or exists (select 1 from automations where id = :origin_id and last_job = :id)
on conflict (project_id, client_id) do nothing
returning id

-- name: add_inputs
insert into job_inputs (job_id, sha256)
select :id, value from json_each(:inputs) where exists (select 1 from jobs where id = :id)
on conflict do nothing

-- name: job_of_client
select * from jobs where project_id = :project and client_id = :client_id

-- name: retry
insert into jobs (id, project_id, client_id, kind, label, payload, payload_object, payload_hash, storage, webhook, metadata,
    created_by, origin, origin_id, parent_id, signature, priority, rank, created_at)
select :new_id, project_id, :new_id, kind, label, payload, payload_object, payload_hash, storage, webhook, metadata,
    :created_by, 'retry', id, parent_id, signature, priority, now - :boost, now
from jobs, clock where id = :id and state in ('failed', 'cancelled', 'succeeded')
on conflict do nothing
returning id

-- name: retry_inputs
insert into job_inputs (job_id, sha256)
select :new_id, sha256 from job_inputs where job_id = :id and exists (select 1 from jobs where id = :new_id)
on conflict do nothing

-- ------------------------------------------------------------------------------------------------------ claiming

-- name: poll
-- What an idle node asks now and then: nothing is locked. `due`: there are jobs whose backoff is over.
select now, (select count(*) from signatures) as signatures,
    (select count(*) from node_signatures s where s.node = :node and exists (
        select 1 from jobs c indexed by jobs_claimable
        where c.signature = s.signature and c.state = 'queued' and c.waiting_for = 0 and c.not_before = 0)) as waiting,
    exists (select 1 from jobs indexed by jobs_in_backoff where state = 'queued' and not_before > 0 and not_before <= now) as due
from clock

-- name: end_backoff
-- Of those that are due: from now on a claim finds them.
update jobs indexed by jobs_in_backoff set not_before = 0
where state = 'queued' and not_before > 0 and not_before <= (select now from clock)

-- name: claim
-- For each set of needs that the node meets, the first job in rank; of those, the first. A job that failed here is left
-- to a node that lives, could take it, and has not failed at it.
update jobs set
    state = 'running', node = :node, token = token + 1, by_token = token + 1, claim_id = :claim_id,
    lease_until = (select now from clock) + :lease, attempts = attempts + 1, outcome = null, error_kind = null, error = null,
    started_at = coalesce(started_at, (select now from clock)), stage = 'preparing', percent = 0, frame = 0, frames = 0, fps = 0, eta = null
where id = (
    select j.id from node_signatures s join jobs j on j.id = (
        select c.id from jobs c indexed by jobs_claimable
        where c.signature = s.signature and c.state = 'queued' and c.waiting_for = 0 and c.not_before = 0
        and (c.failures = 0
            or not exists (select 1 from attempts a where a.job_id = c.id and a.node = :node and a.outcome = 'failed')
            or not exists (
                select 1 from node_signatures o join nodes n on n.name = o.node
                where o.signature = c.signature and o.node <> :node and n.state = 'active' and n.disabled = 0
                and n.paused_until <= (select now from clock) and n.seen_at > (select now from clock) - :alive
                and not exists (select 1 from attempts b where b.job_id = c.id and b.node = o.node and b.outcome = 'failed')))
        order by c.rank limit 1)
    where s.node = :node
    order by j.rank limit 1)
and state = 'queued'
and not exists (select 1 from attempts where claim_id = :claim_id)
and exists (select 1 from nodes where name = :node and disabled = 0 and paused_until <= (select now from clock))
returning *

-- name: job_of_claim
select jobs.* from jobs join attempts on attempts.job_id = jobs.id and attempts.token = jobs.token
where attempts.claim_id = :claim_id and attempts.outcome = 'running'

-- ------------------------------------------------------------------------------------------------- an owner's writes

-- name: wanted_of_node
select id, token, state, wanted from jobs where node = :node and state in ('running', 'uploading')

-- name: heartbeat
update jobs set
    lease_until = (select now from clock) + :lease, stage = :stage, percent = :percent, frame = :frame, frames = :frames, fps = :fps,
    eta = :eta, progress_at = (select now from clock), by_token = :token
where id = :id and token = :token and state in ('running', 'uploading')
returning wanted, state

-- name: take_back
-- Released while we were silent, and nobody has claimed it: it is still ours.
update jobs set
    state = :state, node = :node, lease_until = (select now from clock) + :lease, lost_leases = max(0, lost_leases - 1),
    outcome = null, by_token = :token
where id = :id and token = :token and state = 'queued' and outcome = 'lost'
returning wanted, state

-- name: upload
update jobs set state = 'uploading', stage = 'uploading', lease_until = (select now from clock) + :lease, by_token = :token
where id = :id and token = :token and state in ('running', 'uploading')
returning id

-- name: add_artifact
insert into artifacts (job_id, kind, token, storage, key, name, size, sha256, media_type, created_at)
select :id, :kind, :token, :storage, :key, :name, :size, :sha256, :media_type, now
from jobs, clock where jobs.id = :id and jobs.token = :token and jobs.state in ('running', 'uploading')
on conflict (job_id, kind) do update set
    token = excluded.token, storage = excluded.storage, key = excluded.key, name = excluded.name, size = excluded.size,
    sha256 = excluded.sha256, media_type = excluded.media_type, created_at = excluded.created_at
where excluded.token >= artifacts.token
returning job_id

-- name: succeed
update jobs set
    state = 'succeeded', outcome = 'succeeded', result = coalesce(result, :result), percent = 100, stage = 'done', eta = null,
    ended_at = coalesce(ended_at, (select now from clock)), lease_until = null, wanted = null, by_token = :token
where id = :id and token = :token and state in ('uploading', 'succeeded')
returning id

-- name: fail
-- For good where the job itself is at fault, at the third node, or at the fifth failure; else again, later.
update jobs set
    state = case
        when wanted = 'cancel' then 'cancelled'
        when :final or failures + 1 >= :most_failures
            or (select count(distinct node) from attempts
                where job_id = :id and (outcome = 'failed' or token = :token)) >= :most_nodes then 'failed'
        when wanted = 'pause' then 'paused'
        else 'queued' end,
    ended_at = case
        when wanted = 'cancel' or :final or failures + 1 >= :most_failures
            or (select count(distinct node) from attempts
                where job_id = :id and (outcome = 'failed' or token = :token)) >= :most_nodes then (select now from clock) end,
    failures = failures + 1, outcome = 'failed', error_kind = :error_kind, error = :error, stage = null, eta = null,
    not_before = (select now from clock) + :backoff, node = null, lease_until = null, wanted = null, by_token = :token
where id = :id and token = :token and state in ('running', 'uploading')
returning id, state

-- name: give_back
-- Not the job's fault, and not counted.
update jobs set
    state = case wanted when 'cancel' then 'cancelled' when 'pause' then 'paused' else 'queued' end,
    ended_at = case wanted when 'cancel' then (select now from clock) end,
    outcome = case wanted when 'cancel' then 'cancelled' when 'pause' then 'paused' else 'given back' end,
    attempts = attempts - 1, error_kind = null, error = :error, stage = null, eta = null, node = null, lease_until = null,
    not_before = (select now from clock) + :backoff, wanted = null, by_token = :token
where id = :id and token = :token and state in ('running', 'uploading')
returning id, state

-- name: stopped
-- As it was wanted: cancelled or paused; a pause may have become a cancel meanwhile, or have been taken back.
update jobs set
    state = case when :state = 'cancelled' or wanted = 'cancel' then 'cancelled' when wanted is null then 'queued' else :state end,
    ended_at = case when :state = 'cancelled' or wanted = 'cancel' then (select now from clock) end,
    outcome = case when :state = 'cancelled' or wanted = 'cancel' then 'cancelled' when wanted is null then 'given back' else :state end,
    stage = null, eta = null, node = null, lease_until = null, wanted = null, by_token = :token
where id = :id and token = :token and state in ('running', 'uploading')
returning id, state

-- name: attempt
select attempts.*, jobs.state, jobs.token as job_token, jobs.outcome as job_outcome
from attempts join jobs on jobs.id = attempts.job_id where attempts.job_id = :id and attempts.token = :token

-- ------------------------------------------------------------------------------------------------- anybody's writes

-- name: release_expired
update jobs set
    state = case
        when wanted = 'cancel' then 'cancelled' when wanted = 'pause' then 'paused'
        when lost_leases + 1 >= :most_lost then 'failed' else 'queued' end,
    ended_at = case when wanted = 'cancel' or (wanted is not 'pause' and lost_leases + 1 >= :most_lost) then (select now from clock) end,
    outcome = case when wanted = 'cancel' then 'cancelled' when wanted = 'pause' then 'paused' else 'lost' end,
    lost_leases = lost_leases + 1,
    error_kind = case when wanted is null and lost_leases + 1 >= :most_lost then 'lost' end,
    error = case when wanted is null and lost_leases + 1 >= :most_lost
        then 'its nodes went silent ' || :most_lost || ' times, the last one was ' || node end,
    stage = null, eta = null, node = null, lease_until = null, wanted = null, by_token = null
where state in ('running', 'uploading') and lease_until < (select now from clock)
returning id, state

-- name: release_mine
-- A node that starts anew gives back at once what it held when it died.
update jobs set
    state = case
        when wanted = 'cancel' then 'cancelled' when wanted = 'pause' then 'paused'
        when lost_leases + 1 >= :most_lost then 'failed' else 'queued' end,
    ended_at = case when wanted = 'cancel' or (wanted is not 'pause' and lost_leases + 1 >= :most_lost) then (select now from clock) end,
    outcome = case when wanted = 'cancel' then 'cancelled' when wanted = 'pause' then 'paused' else 'lost' end,
    lost_leases = lost_leases + 1,
    error_kind = case when wanted is null and lost_leases + 1 >= :most_lost then 'lost' end,
    error = case when wanted is null and lost_leases + 1 >= :most_lost
        then 'its nodes went silent ' || :most_lost || ' times, the last one was ' || node end,
    stage = null, eta = null, node = null, lease_until = null, wanted = null, by_token = null
where state in ('running', 'uploading') and node = :node and id not in (select value from json_each(:kept))
returning id, state

-- name: cancel
update jobs set
    state = case when state in ('queued', 'paused') then 'cancelled' else state end,
    wanted = case when state in ('running', 'uploading') then 'cancel' end,
    ended_at = case when state in ('queued', 'paused') then (select now from clock) else ended_at end,
    by_token = null
where id = :id and state in ('queued', 'paused', 'running', 'uploading')
returning id, state, wanted

-- name: pause
update jobs set
    state = case when state = 'queued' then 'paused' else state end,
    wanted = case when state = 'running' then 'pause' else wanted end, by_token = null
where id = :id and state in ('queued', 'running', 'paused') and wanted is not 'cancel'
returning id, state, wanted

-- name: resume
update jobs set
    state = case when state = 'paused' then 'queued' else state end, not_before = 0,
    wanted = case when wanted = 'pause' then null else wanted end, by_token = null
where id = :id and state in ('queued', 'running', 'paused')
returning id, state, wanted

-- name: move_first
update jobs set rank = (select coalesce(min(rank), jobs.rank) from jobs where state = 'queued') - 1, not_before = 0, by_token = null
where id = :id and state in ('queued', 'paused')
    and rank is not (select min(rank) from jobs where state = 'queued')
returning id

-- name: move_before
-- Right before the other one; where somebody stands there, all before it make room.
with other as (select rank from jobs where id = :before and state in ('queued', 'paused') and id <> :id)
update jobs set
    rank = case when id = :id then (select rank from other) else rank end - 1,
    not_before = case when id = :id then 0 else not_before end, by_token = case when id = :id then null else by_token end
where state in ('queued', 'paused') and exists (select 1 from other)
    and exists (select 1 from jobs m where m.id = :id and m.state in ('queued', 'paused'))
    and (id = :id or (rank < (select rank from other) and exists (
        select 1 from jobs near
        where near.rank = (select rank from other) - 1 and near.id <> :id and near.state in ('queued', 'paused'))))
returning id

-- ------------------------------------------------------------------------------------------------------------ nodes

-- name: node_hello
insert into nodes (name, instance, version, system, capabilities, slots, started_at, seen_at)
select :node, :instance, :version, :system, :capabilities, :slots, now, now from clock where true
on conflict (name) do update set
    instance = excluded.instance, version = excluded.version, system = excluded.system, capabilities = excluded.capabilities,
    slots = excluded.slots, busy = 0, state = 'active', reason = null, started_at = excluded.started_at, seen_at = excluded.seen_at
where nodes.instance = excluded.instance or nodes.seen_at < excluded.seen_at - :alive or nodes.state = 'stopped'
returning name

-- name: node_beat
update nodes set
    seen_at = (select now from clock), busy = :busy, state = :state,
    reason = coalesce(:reason, case when paused_until > (select now from clock) then reason end)
where name = :node and instance = :instance
returning disabled, paused_until, (select now from clock) as now

-- name: node_pause
update nodes set paused_until = (select now from clock) + :pause, reason = :reason where name = :node returning paused_until

-- name: node_disable
update nodes set disabled = :disabled, paused_until = 0 where name = :node returning name

-- name: node_forget_signatures
delete from node_signatures where node = :node

-- name: node_meets
insert into node_signatures (node, signature) select :node, value from json_each(:signatures) where true on conflict do nothing

-- name: signatures
select signature, needs from signatures order by signature

-- name: nodes
select nodes.*, now from nodes, clock order by name

-- name: node
select nodes.*, now from nodes, clock where name = :node

-- name: nodes_meeting
select nodes.*, now from nodes, clock
where exists (select 1 from node_signatures s where s.node = nodes.name and s.signature = :signature) order by name

-- ---------------------------------------------------------------------------------------------------------- reading

-- name: job
select * from jobs where id = :id

-- name: jobs_beginning
-- Where a person types the first letters of an id, or their own.
select * from jobs where (id >= :id and id < :id || '~') or (project_id = :project and client_id = :id) limit 3

-- name: jobs
-- Without their payloads, which may be long.
select id, project_id, client_id, kind, label, payload_hash, storage, webhook, metadata, created_by, origin, origin_id, parent_id,
    waiting_for, signature, priority, rank, created_at, not_before, state, wanted, node, token, lease_until, outcome, attempts,
    failures, lost_leases, started_at, ended_at, error_kind, error, stage, percent, frame, frames, fps, eta, progress_at, result, now
from jobs, clock
where (:state is null or state in (select value from json_each(:state)))
order by case state when 'running' then 0 when 'uploading' then 0 when 'queued' then 1 when 'paused' then 2 else 3 end,
    case when state in ('queued', 'paused') then rank end, coalesce(ended_at, started_at) desc, created_at desc
limit :limit

-- name: ended_of_clients
-- Which of these have ended, and how. A watch folder asks.
select id, client_id, state, error, storage from jobs
where project_id = :project and client_id in (select value from json_each(:clients))
    and state in ('succeeded', 'failed', 'cancelled')

-- name: counts
select state, count(*) as jobs from jobs group by state

-- name: ahead
-- How many jobs go before one that is queued; of two that were submitted in one millisecond, the first.
select count(*) as ahead from jobs where state = 'queued' and waiting_for = 0
    and (rank < :rank or rank = :rank and rowid < (select rowid from jobs where id = :id))

-- name: attempts
select * from attempts where job_id = :id order by token

-- name: events
select * from events where job_id = :id order by id

-- name: artifacts
select * from artifacts where job_id = :id order by kind

-- name: deliveries
select * from deliveries where job_id = :id order by sequence

-- name: inputs_of_job
select sha256 from job_inputs where job_id = :id order by sha256

-- name: inputs_wanted
-- Of jobs that have not ended, or so lately that somebody may want them again; and of schedules: nobody removes these.
select distinct sha256 from job_inputs join jobs on jobs.id = job_inputs.job_id
where jobs.ended_at is null or jobs.ended_at > (select now from clock) - :lately
union
select payload_object from jobs
where payload_object is not null and (ended_at is null or ended_at > (select now from clock) - :lately)
union
select value from automations, json_each(case when json_valid(action) then action else '{}' end, '$.inputs')
union
select json_extract(case when json_valid(action) then action else '{}' end, '$.payload_object') from automations
where json_extract(case when json_valid(action) then action else '{}' end, '$.payload_object') is not null

-- name: results_past
-- Of jobs that ended long ago.
select artifacts.job_id, artifacts.kind, artifacts.storage, artifacts.key from artifacts join jobs on jobs.id = artifacts.job_id
where jobs.ended_at < (select now from clock) - :kept and jobs.project_id = :project
order by jobs.ended_at, artifacts.job_id, artifacts.kind

-- name: forget_result
-- Its object is removed.
delete from artifacts where job_id = :job_id and kind = :kind and key = :key returning job_id

-- name: artifact_keys
select key from artifacts

-- name: now
select now from clock

-- -------------------------------------------------------------------------------------------------------- webhooks

-- name: deliveries_due
-- What a node asks now and then: nothing is locked.
select count(*) as due from (
    select 1 from deliveries, clock where state = 'pending' and not_before <= now and lease_until <= now limit 1)

-- name: lease_delivery
-- The first that is due. One of a job waits while an earlier one of the job is under way, or is tried again soon.
update deliveries set
    tries = tries + 1, lease_until = (select now from clock) + :lease, lease_node = :node, lease_id = :lease_id
where id = (
    select d.id from deliveries d, clock
    where d.state = 'pending' and d.not_before <= now and d.lease_until <= now
    and not exists (
        select 1 from deliveries e
        where e.job_id = d.job_id and e.sequence < d.sequence and e.state = 'pending' and e.not_before <= now + :soon)
    order by d.not_before, d.created_at, d.sequence limit 1)
and not exists (select 1 from deliveries where state = 'pending' and lease_id = :lease_id)
returning *, (select now from clock) as now

-- name: delivery_of_lease
select deliveries.*, now from deliveries, clock where state = 'pending' and lease_id = :lease_id and lease_until > now

-- name: delivered
update deliveries set
    state = 'delivered', ended_at = coalesce(ended_at, (select now from clock)), lease_until = 0, last_status = :status,
    last_error = null
where id = :id and lease_id = :lease_id

-- name: delivery_failed
-- Again later, unless that is of no use any more: progress that failed, and a later delivery tells more.
update deliveries set
    state = case
        when :final or tries >= :most
            or (event = 'progress' and exists (
                select 1 from deliveries l where l.job_id = deliveries.job_id and l.sequence > deliveries.sequence)) then 'dead'
        else 'pending' end,
    ended_at = case
        when :final or tries >= :most
            or (event = 'progress' and exists (
                select 1 from deliveries l where l.job_id = deliveries.job_id and l.sequence > deliveries.sequence))
            then (select now from clock) end,
    not_before = (select now from clock) + :backoff, lease_until = 0, last_status = :status, last_error = :error
where id = :id and lease_id = :lease_id and state = 'pending'

-- ----------------------------------------------------------------------------------------------------- automations

-- name: add_automation
insert into automations (id, project_id, kind, name, node, trigger, action, next_fire, created_at)
select :id, :project, :kind, :name, :node, :trigger, :action, :next_fire, now from clock where true
on conflict do nothing

-- name: automation
select automations.*, now from automations, clock where project_id = :project and name = :name

-- name: automations
select automations.*, now from automations, clock where project_id = :project and kind = :kind order by name

-- name: remove_automation
delete from automations where project_id = :project and name = :name and kind = :kind

-- name: enable_automation
update automations set enabled = :enabled, next_fire = :next_fire, last_error = null where id = :id

-- name: automation_failed
update automations set last_error = :error where id = :id

-- name: automations_due
select automations.*, now from automations, clock where enabled = 1 and kind = 'schedule' and next_fire <= now

-- name: fire
-- Of the nodes that try, one changes the row: its job is then inserted in the same batch.
update automations set last_job = :job, last_fire = :fire, next_fire = :next, last_error = null
where id = :id and enabled = 1 and next_fire = :expected

-- name: fire_refused
update automations set last_fire = :fire, next_fire = :next, last_error = :error
where id = :id and enabled = 1 and next_fire = :expected
