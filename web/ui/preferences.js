/** What this browser remembers of its reader: language, theme, notifications, rows put aside. Never anything of the interviews. */

import { LANGUAGES } from './i18n.js';

/**
 * @typedef {import('./i18n.js').Language} Language
 * @typedef {'system' | 'light' | 'dark'} Theme
 */

/** @type {readonly Theme[]} */
export const THEMES = ['system', 'light', 'dark'];

// Ended jobs are deleted after a week; nobody puts more than this aside by then.
const MAX_DISMISSED = 50;

/** @returns {Language} the one chosen before; Korean comes first */
export function loadLanguage() {
  return oneOf(LANGUAGES, read('language')) ?? 'ko';
}

/** @param {Language} language */
export function saveLanguage(language) {
  write('language', language);
}

/** @returns {Theme} */
export function loadTheme() {
  return oneOf(THEMES, read('theme')) ?? 'system';
}

/**
 * Show and remember a theme; early.js shows it before the first paint of the next visit.
 *
 * @param {Theme} theme
 */
export function applyTheme(theme) {
  document.documentElement.dataset.theme = theme;
  write('theme', theme);
}

/** @returns {boolean} whether the reader asked to be notified of ends */
export function loadNotify() {
  return read('notify') === 'on';
}

/** @param {boolean} isWanted */
export function saveNotify(isWanted) {
  write('notify', isWanted ? 'on' : 'off');
}

/** @returns {string[]} ids of ended jobs whose rows were closed */
export function loadDismissed() {
  return (read('dismissed') ?? '').split(' ').filter(Boolean);
}

/** @param {readonly string[]} jobIds */
export function saveDismissed(jobIds) {
  write('dismissed', jobIds.slice(-MAX_DISMISSED).join(' '));
}

/** @param {(jobIds: string[]) => void} listener told when another tab closes a row, for as long as the page lives */
export function followDismissed(listener) {
  addEventListener('storage', ({ key }) => key === keyOf('dismissed') && listener(loadDismissed()));
}

/**
 * @template {string} T
 * @param {readonly T[]} allowed
 * @param {string | null} value
 * @returns {T | undefined}
 */
function oneOf(allowed, value) {
  return allowed.find((each) => each === value);
}

/** @param {string} name */
const keyOf = (name) => `interview-live.${name}`;

/**
 * @param {string} name
 * @returns {string | null}
 */
function read(name) {
  try {
    return localStorage.getItem(keyOf(name));
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
function write(name, value) {
  try {
    localStorage.setItem(keyOf(name), value);
  } catch {
    // Storage is full or forbidden: the choice lasts as long as the page.
  }
}
