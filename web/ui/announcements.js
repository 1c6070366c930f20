/** What the page tells, wherever the reader is, when a generation ends. */

import { explain } from './i18n.js';
import { pathOf } from './router.js';

/**
 * @typedef {import('../live/jobs.js').Change} Change
 * @typedef {import('./toasts.js').Toast} Toast
 * @typedef {import('./i18n.js').Translate} Translate
 */

/** What toasts about generations are about: one runs at a time, so the newest says all. */
export const GENERATION = 'generation';

/**
 * Return the toast for a job that has ended; one that leads to the interview unless it is on the screen already.
 *
 * @param {Translate} t
 * @param {Change} change
 * @param {import('./router.js').Route} route
 * @returns {Toast}
 */
export function announcementOf(t, change, route) {
  const { interview_id: id } = change.job;
  const isThere = route.name === 'interview' && route.id === id;
  const link = isThere ? undefined : { text: t('toast.open'), path: placeOf(change.job) };
  return { ...wordsOf(t, change), link, about: GENERATION };
}

/**
 * Return the address where a job is to be seen.
 *
 * @param {import('../live/wire.js').JobView} job
 * @returns {string}
 */
export function placeOf({ type, interview_id: id }) {
  return pathOf({ name: 'interview', id, tab: type === 'answer' ? 'answers' : 'questions' });
}

/**
 * @param {Translate} t
 * @param {Change} change
 * @returns {Toast}
 */
function wordsOf(t, { type, job, isAway }) {
  if (type === 'cancelled') return { tone: 'neutral', text: t('toast.cancelled') };
  if (job.type === 'answer') return answerWordsOf(t, { type, job, isAway });
  if (type === 'completed') {
    const n = job.result && 'questions' in job.result ? job.result.questions.length : 0;
    return { tone: 'success', text: isAway ? t('toast.completed_away') : t('toast.completed', { n }) };
  }
  const detail = job.error ? explain(t, job.error.code) : undefined;
  return { tone: 'danger', text: t(isAway ? 'toast.failed_away' : 'toast.failed'), detail };
}

/**
 * @param {Translate} t
 * @param {Change} change
 * @returns {Toast}
 */
function answerWordsOf(t, { type, job, isAway }) {
  if (type === 'completed') return { tone: 'success', text: t(isAway ? 'toast.answer_away' : 'toast.answer_completed') };
  return { tone: 'danger', text: t('toast.answer_failed'), detail: job.error ? explain(t, job.error.code) : undefined };
}
