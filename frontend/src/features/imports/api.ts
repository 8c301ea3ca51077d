import type { Imported } from '../../api/types';
import { call } from '../call';
import type { ImportFormat } from './reading';

export function readImport(format: ImportFormat | 'auto', content: string): Promise<Imported> {
  return call('POST', '/api/v1/imports', { format, content });
}
