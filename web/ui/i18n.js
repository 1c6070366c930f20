/** Words in the reader's language: picks a message, its plural, and fills in `{name}`. Holds no message itself. */

import en from '../locales/en.js';
import ko from '../locales/ko.js';

/**
 * @typedef {string | {one: string, other: string}} Message plural forms are chosen by the parameter `n`
 * @typedef {keyof typeof ko} Key
 * @typedef {'ko' | 'en'} Language
 * @typedef {Readonly<Record<string, string | number>>} Params
 * @typedef {(key: Key, params?: Params) => string} Translate
 */

/** @type {Readonly<Record<Language, Readonly<Record<Key, Message>>>>} */
const LOCALES = { ko, en };

/** @type {readonly Language[]} */
export const LANGUAGES = ['ko', 'en'];

/**
 * Return the function that speaks `language`.
 *
 * @param {Language} language
 * @returns {Translate}
 */
export function createTranslate(language) {
  const messages = LOCALES[language];
  const plurals = new Intl.PluralRules(language);
  return (key, params = {}) => {
    const message = messages[key];
    const isOne = plurals.select(Number(params.n)) === 'one';
    return filled(typeof message === 'string' ? message : message[isOne ? 'one' : 'other'], params);
  };
}

/**
 * Return the words for a failure: by its code, or those for any failure when the code is not one we explain.
 *
 * @param {Translate} t
 * @param {string} code
 * @returns {string}
 */
export function explain(t, code) {
  const key = `error.${code}`;
  return t(key in ko ? /** @type {Key} */ (key) : 'error.other');
}

/**
 * @param {string} message
 * @param {Params} params
 * @returns {string}
 */
function filled(message, params) {
  return message.replace(/\{(\w+)\}/g, (_, name) => String(params[name] ?? ''));
}
