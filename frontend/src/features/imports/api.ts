import type { Imported } from '../../api/types';
import { useLanguage } from '../../i18n/language';
import { call } from '../call';

/** No larger than the server takes. */
export const LARGEST_BYTES = 5 * 1024 * 1024;

/** Reads a text; `auto` as the format lets what it holds, and the file's name, decide. */
export function readImport(format: string, content: string, name = ''): Promise<Imported> {
  return call('POST', '/api/v1/imports', { format, content, name, language: useLanguage.getState().language });
}
