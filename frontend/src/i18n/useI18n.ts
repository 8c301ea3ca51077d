import { useMemo } from 'react';
import { useLanguage, type Language } from './language';
import { hasMessage, translate, type MessageKey, type Values } from './translate';

/** A text in both languages, as the catalogue and the reports carry it. */
export interface Text {
  readonly en: string;
  readonly ko: string;
}

export type Translate = (key: MessageKey, values?: Values) => string;

export interface I18n {
  readonly t: Translate;
  /** The text of a served pair. */
  readonly of: (text: Text) => string;
  /** A served unit: counted things have words, symbols are the same everywhere. */
  readonly unit: (unit: string) => string;
  readonly language: Language;
  /** For Intl formatters. */
  readonly locale: string;
}

export function i18nFor(language: Language): I18n {
  return {
    t: (key, values) => translate(language, key, values),
    of: (text) => text[language],
    unit: (unit) => {
      const key: string = `unit.${unit}`;
      return hasMessage(key) ? translate(language, key) : unit;
    },
    language,
    locale: language === 'ko' ? 'ko-KR' : 'en-US',
  };
}

/** Texts in the language of the interface. */
export function useI18n(): I18n {
  const language = useLanguage((state) => state.language);
  return useMemo(() => i18nFor(language), [language]);
}
