/** Everything the page shows, as one value that is replaced and never changed, and the questions asked of it. */

import { isActive } from '../live/index.js';

/**
 * @typedef {import('../live/index.js').JobView} JobView
 * @typedef {import('../live/store.js').LiveSnapshot} LiveSnapshot
 * @typedef {import('./api.js').Session} Session
 * @typedef {import('./api.js').Interview} Interview
 * @typedef {import('./api.js').QuestionSet} QuestionSet
 */

/**
 * What was asked of the server. A value stays while it is asked for again, so nothing shown flickers.
 *
 * @template T
 * @typedef {{status: 'loading' | 'ready' | 'missing' | 'failed', value: T | null, code: string | null}} Resource
 */

/**
 * @typedef {object} State
 * @property {Session | null | undefined} session undefined until the server has answered; null: signed out
 * @property {string | null} sessionProblem why it could not be asked who is signed in
 * @property {boolean} hasExpired whether it was the server that ended the session
 * @property {import('./router.js').Route} route
 * @property {boolean} [isBack] whether Back or Forward led there
 * @property {LiveSnapshot} live
 * @property {Resource<Interview[]>} interviews
 * @property {Readonly<Record<string, Resource<Interview>>>} interview by id
 * @property {Readonly<Record<string, Resource<QuestionSet[]>>>} sets by interview id
 * @property {boolean} isStarting whether a command to generate is on its way
 * @property {readonly string[]} dismissed ids of ended jobs whose rows were closed
 */

/** @type {Resource<any>} */
export const LOADING = { status: 'loading', value: null, code: null };

/**
 * Return what is the same for everybody: nothing is known yet.
 *
 * @returns {Pick<State, 'interviews' | 'interview' | 'sets' | 'isStarting'>}
 */
export function nothingLoaded() {
  return { interviews: LOADING, interview: {}, sets: {}, isStarting: false };
}

/** @returns {LiveSnapshot} what is known of jobs before the first connection */
export function nothingLive() {
  return { status: 'idle', retryAt: null, isSettled: false, jobs: [], active: null };
}

/**
 * Return the change that an interview was saved.
 *
 * @param {State} state
 * @param {Interview} saved
 * @returns {Partial<State>}
 */
export function withInterview({ interview }, saved) {
  return { interview: { ...interview, [saved.id]: { status: 'ready', value: saved, code: null } } };
}

/**
 * Return the change that an interview was deleted.
 *
 * @param {State} state
 * @param {string} id
 * @returns {Partial<State>}
 */
export function withoutInterview({ interview, interviews }, id) {
  const { [id]: _, ...others } = interview;
  const listed = interviews.value?.filter((each) => each.id !== id) ?? null;
  return { interview: others, interviews: { ...interviews, value: listed } };
}

/**
 * Return the generation that runs for an interview.
 *
 * @param {State} state
 * @param {string} interviewId
 * @returns {JobView | null}
 */
export function activeJobOf({ live }, interviewId) {
  return live.active?.interview_id === interviewId ? live.active : null;
}

/**
 * Return how many questions of how many are finished: one that came counts before the next word about the progress.
 *
 * @param {JobView} job
 * @returns {{done: number, total: number} | null} null before the number is known, and for an answer
 */
export function progressOf({ type, progress, partial }) {
  if (type !== 'question' || !progress?.total) return null;
  return { done: Math.max(progress.done, partial.questions.length), total: progress.total };
}

/**
 * Return the newest question job of an interview when it ended without a result and its row was not closed.
 *
 * @param {State} state
 * @param {string} interviewId
 * @returns {JobView | null}
 */
export function unfinishedJobOf({ live, dismissed }, interviewId) {
  return unfinished(
    live.jobs.find((job) => job.interview_id === interviewId && job.type === 'question'),
    dismissed,
  );
}

/**
 * Return the newest answer job of a question, likewise.
 *
 * @param {State} state
 * @param {string} questionId
 * @returns {JobView | null}
 */
export function unfinishedAnswerOf(state, questionId) {
  return unfinished(answerJobOf(state, questionId), state.dismissed);
}

/**
 * @param {JobView | null | undefined} newest
 * @param {readonly string[]} dismissed
 * @returns {JobView | null}
 */
function unfinished(newest, dismissed) {
  if (!newest || isActive(newest) || newest.status === 'completed') return null;
  return dismissed.includes(newest.id) ? null : newest;
}

/**
 * Return the question sets to show, newest first: those the server listed, and the results that came since.
 *
 * @param {State} state
 * @param {string} interviewId
 * @returns {QuestionSet[]}
 */
export function setsOf({ live, sets }, interviewId) {
  const listed = sets[interviewId]?.value ?? [];
  const listedIds = new Set(listed.map((set) => set.id));
  const fresh = live.jobs.filter((job) => job.interview_id === interviewId).flatMap(setOfResult);
  return [...fresh.filter((set) => !listedIds.has(set.id)), ...listed].sort((a, b) => b.number - a.number);
}

/**
 * A result as the set it is about to be listed as: what was just written stays on the screen without a gap.
 *
 * @param {JobView} job
 * @returns {QuestionSet[]} none for a job without questions as its result
 */
function setOfResult({ id, result, completed_at, created_at, comment }) {
  if (!result || !('questions' in result)) return [];
  const { question_set_id, number, questions } = result;
  return [{ id: question_set_id, number, job_id: id, created_at: completed_at ?? created_at, comment, questions }];
}

/**
 * Return the newest job that writes, or wrote, an answer to a question.
 *
 * @param {State} state
 * @param {string} questionId
 * @returns {JobView | null}
 */
export function answerJobOf({ live }, questionId) {
  return live.jobs.find((job) => job.question_id === questionId) ?? null;
}

/**
 * Return the newest answer to a question: the one the server listed, or a result that came since.
 *
 * @param {State} state
 * @param {import('./api.js').StoredQuestion} question
 * @returns {import('../live/wire.js').Answer | null}
 */
export function answerOf({ live }, { id, answer }) {
  const done = live.jobs.find((job) => job.question_id === id && job.status === 'completed');
  const result = done?.result;
  if (!result || !('answer_id' in result)) return answer;
  return answer && (done.completed_at ?? '') <= answer.created_at ? answer : result;
}

/**
 * Return a set whose answers are the newest, also those that the server has not listed yet.
 *
 * @param {State} state
 * @param {import('./api.js').QuestionSet} set
 * @returns {import('./api.js').QuestionSet}
 */
export function withAnswers(state, set) {
  const questions = set.questions.map((each) => ('id' in each ? { ...each, answer: answerOf(state, each) } : each));
  return /** @type {import('./api.js').QuestionSet} */ ({ ...set, questions });
}
