-- pg_cron: jobs are kept in cron.job, and never run.
create schema cron;
create table cron.job(jobid bigserial primary key, schedule text, command text, nodename text, nodeport int, database text, username text, active bool default true, jobname text);
create table cron.job_run_details(jobid bigint, runid bigserial primary key, job_pid int, database text, username text, command text, status text, return_message text, start_time timestamptz, end_time timestamptz);
create function cron.schedule(job_name text, schedule text, command text) returns bigint language sql
    as $f$ insert into cron.job(jobname,schedule,command) values($1,$2,$3) returning jobid $f$;
create function cron.schedule(schedule text, command text) returns bigint language sql
    as $f$ insert into cron.job(schedule,command) values($1,$2) returning jobid $f$;
create function cron.unschedule(job_id bigint) returns bool language sql as $f$ delete from cron.job where jobid=$1 returning true $f$;
create function cron.unschedule(job_name text) returns bool language sql as $f$ delete from cron.job where jobname=$1 returning true $f$;
create function cron.alter_job(job_id bigint, schedule text default null, command text default null, database text default null, username text default null, active bool default null) returns void language sql
    as $f$ $f$;
