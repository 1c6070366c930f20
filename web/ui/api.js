/** The HTTP calls of the page beside those of jobs, typed (PROTOCOL.md, HTTP). Every function raises Problem. */

import { request } from '../live/index.js';

/**
 * @typedef {import('../live/wire.js').Question} Question
 * @typedef {import('../live/wire.js').JobView} JobView
 * @typedef {{user_id: string, expires_at: string, generator: string}} Session
 * @typedef {{company: string, position: string, job_posting: string, resume: string, language: 'ko' | 'en'}} Details
 * @typedef {{id: string, created_at: string, updated_at: string, question_count: number, answer_count: number}} Record
 * @typedef {Details & Record} Interview
 * @typedef {import('../live/wire.js').Answer & {id: string, job_id: string, created_at: string}} StoredAnswer
 * @typedef {Question & {id: string, answer: StoredAnswer | null}} StoredQuestion
 *
 * @typedef {object} QuestionSet
 * @property {string} id
 * @property {number} number from 1 within the interview
 * @property {string} job_id
 * @property {string} created_at
 * @property {string | null} comment
 * @property {readonly (StoredQuestion | Question)[]} questions without ids as long as the server was not asked
 */

/** @returns {Promise<Session>} */
export const fetchSession = () => answerOf('GET', '/api/session');

/**
 * Sign a guest in, or give who is signed in a fresh session.
 *
 * @returns {Promise<Session>}
 */
export const createSession = () => answerOf('POST', '/api/session');

/** @returns {Promise<void>} */
export const deleteSession = () => answerOf('DELETE', '/api/session');

/** @returns {Promise<Interview[]>} newest first */
export const fetchInterviews = async () => (await answerOf('GET', '/api/interviews')).interviews;

/**
 * @param {string} id
 * @returns {Promise<Interview>}
 */
export const fetchInterview = (id) => answerOf('GET', `/api/interviews/${id}`);

/**
 * @param {Partial<Details>} details the company and the position at least
 * @returns {Promise<Interview>}
 */
export const createInterview = (details) => answerOf('POST', '/api/interviews', details);

/**
 * @param {string} id
 * @param {Partial<Details>} details those to change
 * @returns {Promise<Interview>}
 */
export const updateInterview = (id, details) => answerOf('PATCH', `/api/interviews/${id}`, details);

/**
 * @param {string} id
 * @returns {Promise<void>}
 */
export const deleteInterview = (id) => answerOf('DELETE', `/api/interviews/${id}`);

/**
 * @param {string} id of an interview
 * @returns {Promise<QuestionSet[]>} newest first
 */
export const fetchSets = async (id) => (await answerOf('GET', `/api/interviews/${id}/question-sets`)).question_sets;

/** @returns {Promise<JobView[]>} the newest 50 */
export const fetchRecentJobs = async () => (await answerOf('GET', '/api/jobs')).jobs;

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>} untyped until the caller says what it asked for
 */
async function answerOf(method, path, body) {
  return (await request(method, path, { body })).body;
}
