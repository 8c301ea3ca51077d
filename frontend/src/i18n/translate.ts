import { IntlMessageFormat } from 'intl-messageformat';
import type { Language } from './language';
import { en, type MessageKey } from './messages.en';
import { ko } from './messages.ko';
import { withParticles } from './particles';

export type { MessageKey };
export type Values = Readonly<Record<string, string | number>>;

const catalogues: Record<Language, Record<MessageKey, string>> = { en, ko };
const compiled = new Map<string, IntlMessageFormat>();

/** Whether there is a message of that key: keys that are put together from what the server says may be new to the page. */
export function hasMessage(key: string): key is MessageKey {
  return key in en;
}

/** The message of that key in the language, its ICU arguments filled in. */
export function translate(language: Language, key: MessageKey, values?: Values): string {
  const message = catalogues[language][key];
  if (!message.includes('{')) return message;
  const name = `${language}:${key}`;
  let format = compiled.get(name);
  if (!format) {
    format = new IntlMessageFormat(message, language, undefined, { ignoreTag: true });
    compiled.set(name, format);
  }
  const text = String(format.format(values as Record<string, string | number>));
  return language === 'ko' ? withParticles(text) : text;
}
