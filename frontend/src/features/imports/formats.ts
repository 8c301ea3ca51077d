import { useKindsState } from '../../editor/drawing';
import { useI18n } from '../../i18n/useI18n';

interface Formats {
  readonly known: readonly { readonly id: string; readonly title: string }[];
  /** All of them in a phrase. */
  readonly phrase: string;
  /** What the names of such files end with. */
  readonly extensions: readonly string[];
}

/** The formats that can be read. */
export function useFormats(): Formats {
  const { of, locale } = useI18n();
  const { imports } = useKindsState(({ kinds }) => kinds.catalogue);
  const known = imports.map(({ id, title }) => ({ id, title: of(title) }));
  const phrase = new Intl.ListFormat(locale, { type: 'disjunction' }).format(known.map(({ title }) => title));
  return { known, phrase, extensions: imports.flatMap(({ extensions }) => extensions) };
}
