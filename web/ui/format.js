/** Numbers and times as the reader's language and time zone write them. Pure: `now` is an argument. */

/**
 * @typedef {import('./i18n.js').Translate} Translate
 * @typedef {ReturnType<typeof createFormat>} Format
 */

/** @type {readonly [Intl.RelativeTimeFormatUnit, number][]} each unit with its length in seconds, the longest first */
const UNITS = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/**
 * Return the formatters of a language.
 *
 * @param {import('./i18n.js').Language} language
 * @param {Translate} t
 */
export function createFormat(language, t) {
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  return {
    /**
     * `20,000`
     *
     * @param {number} n
     */
    number: (n) => n.toLocaleString(language),

    /**
     * `42초`, `1분 30초`
     *
     * @param {number} seconds
     */
    elapsed(seconds) {
      const whole = Math.max(0, Math.floor(seconds));
      const params = { m: Math.floor(whole / 60), s: whole % 60 };
      return t(whole < 60 ? 'elapsed.seconds' : 'elapsed.minutes', params);
    },

    /**
     * `2024-08-27 14:30` in the reader's time zone, the same in every language.
     *
     * @param {string} time RFC 3339
     */
    dateTime: (time) => localMinute(new Date(time)),

    /**
     * `2분 전`
     *
     * @param {string} time RFC 3339
     * @param {number} now milliseconds since 1970
     */
    relative(time, now) {
      // The reader's clock may be behind the server's; nothing on this page lies in the future.
      const seconds = Math.min(0, (Date.parse(time) - now) / 1000);
      const [unit, length] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1];
      return relative.format(unit === 'second' ? 0 : Math.trunc(seconds / length), unit);
    },
  };
}

/**
 * @param {Date} date
 * @returns {string}
 */
function localMinute(date) {
  const [year, month, day, hour, minute] = [
    date.getFullYear(),
    date.getMonth() + 1,
    date.getDate(),
    date.getHours(),
    date.getMinutes(),
  ].map((part) => String(part).padStart(2, '0'));
  return `${year}-${month}-${day} ${hour}:${minute}`;
}
