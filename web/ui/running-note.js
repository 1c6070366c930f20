/** The line under a running generation: what it is doing, and how long that usually takes. Pure. */

/**
 * @typedef {import('../live/wire.js').JobView} JobView
 * @typedef {import('./i18n.js').Translate} Translate
 */

// Half again as long as the median is worth a word; less is ordinary variation.
const SLOW_FACTOR = 1.5;

/**
 * Return the line.
 *
 * @param {Translate} t
 * @param {import('./format.js').Format} format
 * @param {JobView} job that is active
 * @param {number} elapsedSeconds
 * @param {number} serverNow milliseconds since 1970
 * @returns {string}
 */
export function runningNote(t, format, job, elapsedSeconds, serverNow) {
  const waiting = retryNote(t, job, serverNow);
  if (waiting) return waiting;
  if (hasResumed(job))
    return t('running.resumed', { done: job.partial.questions.length, total: job.progress?.total ?? 0 });
  const note = t(job.type === 'answer' ? 'running.answer_note' : 'running.note');
  return [note, stageOf(t, job), durationOf(t, format, job, elapsedSeconds)].filter(Boolean).join(' · ');
}

/**
 * Return the words about a retry that is waited for; none when it is not.
 *
 * @param {Translate} t
 * @param {JobView} job
 * @param {number} serverNow milliseconds since 1970
 * @returns {string}
 */
export function retryNote(t, { status, retry_at }, serverNow) {
  const waitMs = status === 'queued' && retry_at ? Date.parse(retry_at) - serverNow : 0;
  return waitMs > 0 ? t('running.retrying', { s: Math.ceil(waitMs / 1000) }) : '';
}

/**
 * Tell whether an attempt goes on from what an earlier one had finished, and has not written anything itself yet.
 *
 * @param {JobView} job
 * @returns {boolean}
 */
function hasResumed({ attempt, partial, progress }) {
  return attempt > 1 && partial.questions.length > 0 && progress?.stage === 'thinking';
}

/**
 * @param {Translate} t
 * @param {JobView} job
 * @returns {string} nothing while it writes: that can be seen
 */
function stageOf(t, { type, status, progress }) {
  if (status === 'queued') return t('running.queued');
  if (progress?.stage === 'writing') return '';
  if (progress?.stage === 'saving') return t('running.saving');
  return t(type === 'answer' ? 'running.answer_thinking' : 'running.thinking');
}

/**
 * @param {Translate} t
 * @param {import('./format.js').Format} format
 * @param {JobView} job
 * @param {number} elapsedSeconds
 * @returns {string}
 */
function durationOf(t, format, { estimated_seconds }, elapsedSeconds) {
  if (estimated_seconds === null) return '';
  if (elapsedSeconds > estimated_seconds * SLOW_FACTOR) return t('running.slow');
  return t('running.estimate', { duration: format.elapsed(Math.max(1, Math.round(estimated_seconds))) });
}
