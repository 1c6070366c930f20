/** Views and frames for the tests of the browser's side; nothing here decides anything. */

/** @typedef {import('../../web/live/wire.js').JobView} JobView */
/** @typedef {import('../../web/live/wire.js').Snapshot} Snapshot */

export const JOB = '0199aa00-0000-7000-8000-000000000001';
export const OTHER_JOB = '0199aa00-0000-7000-8000-000000000002';
export const AT = '2026-11-23T14:30:00.000Z';

/**
 * @param {Partial<JobView>} [changes]
 * @returns {JobView}
 */
export function job(changes = {}) {
  return {
    id: JOB,
    interview_id: '0199aa00-0000-7000-8000-0000000000aa',
    question_id: null,
    type: 'question',
    status: 'processing',
    comment: null,
    position: '1-3',
    attempt: 1,
    progress: null,
    partial: { questions: [], text: null },
    result: null,
    error: null,
    retry_at: null,
    created_at: AT,
    started_at: AT,
    completed_at: null,
    elapsed_seconds: 3,
    estimated_seconds: null,
    ...changes,
  };
}

/**
 * @param {JobView[]} jobs
 * @param {Partial<Snapshot>} [changes]
 * @returns {Snapshot}
 */
export function snapshot(jobs, changes = {}) {
  return { type: 'snapshot', at: '2026-11-23T14:30:10.000Z', complete: true, jobs, ...changes };
}
