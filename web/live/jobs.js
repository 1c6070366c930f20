/**
 * What a browser knows of its user's jobs, and how each frame changes that. Pure: no socket, no storage, no clock.
 */

import { fold, isActive, newer } from './view.js';
import { MAX_KNOWN, comparePositions, isJobEvent } from './wire.js';

/**
 * @typedef {import('./wire.js').JobView} JobView
 * @typedef {import('./wire.js').JobEvent} JobEvent
 * @typedef {import('./wire.js').Snapshot} Snapshot
 * @typedef {import('./wire.js').ServerFrame} ServerFrame
 * @typedef {Readonly<Record<string, JobView>>} Views by job id
 */

/**
 * A job that was active has ended. `isAway`: it ended while nobody was watching.
 *
 * @typedef {{type: 'completed' | 'failed' | 'cancelled', job: JobView, isAway: boolean}} Change
 */

/**
 * @typedef {object} Jobs
 * @property {Views} views
 * @property {readonly string[]} remembered ids that an earlier visit believed active and nobody has spoken of yet
 * @property {readonly string[]} syncing ids with a `sync` on its way: never two for one job
 */

/** @typedef {{jobs: Jobs, changes: readonly Change[], syncs: readonly string[]}} Outcome */

// The server lists 50 as well; the oldest ended ones go first.
const MAX_VIEWS = 50;
// Shorter than this, a reconnection: the user has seen the job run and sees it end.
const AWAY_AFTER_MS = 30_000;

/**
 * Return what is known at the start: only the ids that an earlier visit left behind.
 *
 * @param {readonly string[]} remembered
 * @returns {Jobs}
 */
export function initialJobs(remembered) {
  return { views: {}, remembered: remembered.slice(-MAX_KNOWN), syncing: [] };
}

/**
 * Return the jobs after a frame, which of them ended by it, and which need a `sync`.
 *
 * @param {Jobs} jobs
 * @param {ServerFrame} frame
 * @returns {Outcome}
 */
export function receive(jobs, frame) {
  if (frame.type === 'welcome') return { jobs: { ...jobs, syncing: [] }, changes: [], syncs: [] };
  if (frame.type === 'snapshot') return replaced(jobs, frame);
  if (isJobEvent(frame)) return folded(jobs, frame);
  return { jobs, changes: [], syncs: [] };
}

/**
 * Return the jobs after an HTTP answer brought a view.
 *
 * @param {Jobs} jobs
 * @param {JobView} view
 * @param {number} now by the server's clock, in milliseconds since 1970
 * @returns {Outcome}
 */
export function adopt(jobs, view, now) {
  const held = jobs.views[view.id];
  const kept = held && isSameEnd(held, view) ? held : newer(held, view);
  return { jobs: withView(jobs, kept), changes: changesOf(jobs, kept, now), syncs: [] };
}

/**
 * Return the jobs without one that the server does not know (any more).
 *
 * @param {Jobs} jobs
 * @param {string} jobId
 * @returns {Jobs}
 */
export function forget(jobs, jobId) {
  const { [jobId]: _, ...views } = jobs.views;
  return { ...jobs, views, remembered: without(jobs.remembered, jobId), syncing: without(jobs.syncing, jobId) };
}

/**
 * Return the ids of all jobs believed active, held or remembered, the oldest first.
 *
 * @param {Jobs} jobs
 * @returns {string[]}
 */
export function knownIds(jobs) {
  const held = Object.values(jobs.views).filter(isActive);
  return [...jobs.remembered, ...held.map((view) => view.id)].slice(-MAX_KNOWN);
}

/**
 * Tell whether a view only repeats how a job ended. An active one may have moved at the same position: while Redis cannot
 * be read, the server tells it from the database alone.
 *
 * @param {JobView} held
 * @param {JobView} view
 * @returns {boolean}
 */
function isSameEnd(held, view) {
  return !isActive(held) && comparePositions(held.position, view.position) === 0;
}

/**
 * @param {Jobs} jobs
 * @param {JobEvent} event
 * @returns {Outcome}
 */
function folded(jobs, event) {
  const id = event.job_id;
  const { view, verdict } = fold(jobs.views[id] ?? null, event);
  if (verdict === 'applied' && view)
    return { jobs: withView(jobs, view), changes: changesOf(jobs, view, null), syncs: [] };
  if (verdict === 'old' || jobs.syncing.includes(id)) return { jobs, changes: [], syncs: [] };
  return { jobs: { ...jobs, syncing: [...jobs.syncing, id] }, changes: [], syncs: [id] };
}

/**
 * @param {Jobs} jobs
 * @param {Snapshot} snapshot
 * @returns {Outcome}
 */
function replaced(jobs, snapshot) {
  let next = { ...jobs, syncing: answered(jobs, snapshot) };
  /** @type {Change[]} */
  const changes = [];
  for (const view of snapshot.jobs) {
    const kept = newer(next.views[view.id], view);
    changes.push(...changesOf(next, kept, Date.parse(snapshot.at)));
    next = withView(next, kept);
  }
  return { jobs: snapshot.complete ? onlyActive(next, snapshot) : next, changes, syncs: [] };
}

/**
 * Which syncs are still unanswered. An answer without jobs says that there is no such job, not which one was meant.
 *
 * @param {Jobs} jobs
 * @param {Snapshot} snapshot
 * @returns {readonly string[]}
 */
function answered(jobs, snapshot) {
  if (snapshot.complete || snapshot.jobs.length === 0) return [];
  const ids = snapshot.jobs.map((view) => view.id);
  return jobs.syncing.filter((id) => !ids.includes(id));
}

/**
 * A complete snapshot names every active job: what it leaves out is over and gone.
 *
 * @param {Jobs} jobs
 * @param {Snapshot} snapshot
 * @returns {Jobs}
 */
function onlyActive(jobs, snapshot) {
  const named = new Set(snapshot.jobs.map((view) => view.id));
  const entries = Object.entries(jobs.views).filter(([id, view]) => named.has(id) || !isActive(view));
  return { ...jobs, views: Object.fromEntries(entries), remembered: [] };
}

/**
 * @param {Jobs} jobs
 * @param {JobView} view
 * @returns {Jobs}
 */
function withView(jobs, view) {
  if (jobs.views[view.id] === view) return jobs;
  const views = bounded({ ...jobs.views, [view.id]: view });
  return { ...jobs, views, remembered: without(jobs.remembered, view.id) };
}

/**
 * @param {Views} views
 * @returns {Views}
 */
function bounded(views) {
  const ended = Object.values(views).filter((view) => !isActive(view));
  const surplus = Object.keys(views).length - MAX_VIEWS;
  if (surplus <= 0) return views;
  const oldest = ended.sort((a, b) => a.created_at.localeCompare(b.created_at)).slice(0, surplus);
  const dropped = new Set(oldest.map((view) => view.id));
  return Object.fromEntries(Object.entries(views).filter(([id]) => !dropped.has(id)));
}

/**
 * @param {Jobs} jobs as before `view` came
 * @param {JobView} view
 * @param {number | null} takenAt when the server made the view; null for an event, which is seen as it happens
 * @returns {Change[]}
 */
function changesOf(jobs, view, takenAt) {
  const { status } = view;
  const before = jobs.views[view.id];
  const wasActive = before ? isActive(before) : jobs.remembered.includes(view.id);
  if (!wasActive || status === 'queued' || status === 'processing') return [];
  const isLate = takenAt !== null && endedBefore(view, takenAt);
  return [{ type: status, job: view, isAway: isLate || !before }];
}

/**
 * @param {JobView} view
 * @param {number} at
 * @returns {boolean}
 */
function endedBefore(view, at) {
  return view.completed_at !== null && at - Date.parse(view.completed_at) > AWAY_AFTER_MS;
}

/**
 * @param {readonly string[]} ids
 * @param {string} id
 * @returns {readonly string[]}
 */
function without(ids, id) {
  return ids.includes(id) ? ids.filter((other) => other !== id) : ids;
}

/**
 * Order jobs newest first.
 *
 * @param {JobView} a
 * @param {JobView} b
 * @returns {number}
 */
export function newestFirst(a, b) {
  return b.created_at.localeCompare(a.created_at) || comparePositions(b.position, a.position);
}
