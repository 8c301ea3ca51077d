import { useId, useRef, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import type { Params } from '../../model/types';
import { Button } from '../../ui/Button';
import { LARGEST_BYTES, readImport } from '../imports/api';
import styles from './inspector.module.css';
import { Row } from './Row';

interface RecordingProps {
  readonly shape: Params;
  readonly disabled: boolean;
  /** What a file or a pasted text recorded, and its mean rate. */
  readonly onRead: (shape: Params, rate: number) => void;
}

/** Recorded traffic from a CSV: chosen as a file or pasted, and read by the server as an import is. */
export function Recording({ shape, disabled, onRead }: RecordingProps) {
  const { t } = useI18n();
  const id = useId();
  const file = useRef<HTMLInputElement>(null);
  const [content, setContent] = useState('');
  const [problem, setProblem] = useState<string | undefined>();
  const rows = [shape['points'], shape['times_s']].find(Array.isArray)?.length ?? (typeof shape['csv'] === 'string' ? shape['csv'].trim().split('\n').length : 0);
  const read = (text: string): void => {
    setProblem(undefined);
    readImport('csv', text).then(
      ({ topology }) => {
        const flow = topology.flows?.[0];
        if (flow?.shape) onRead(flow.shape, flow.rate_rps);
        setContent('');
      },
      (error: Error) => setProblem(error.message),
    );
  };
  const take = async (taken: File | undefined): Promise<void> => {
    if (!taken) return;
    if (taken.size > LARGEST_BYTES) setProblem(t('imports.too_large'));
    else read(await taken.text());
  };
  return (
    <Row id={`${id}-csv`} title={t('inspector.flow.recording')} given={rows > 0} problem={problem}>
      {rows > 0 && <p>{t('inspector.flow.shape.trace', { count: rows })}</p>}
      {!disabled && (
        <>
          <textarea
            id={`${id}-csv`}
            className={styles['text']}
            rows={4}
            spellCheck={false}
            placeholder={t('inspector.flow.recording.hint')}
            value={content}
            onChange={(event) => setContent(event.target.value)}
          />
          <Button size="small" disabled={content.trim() === ''} onClick={() => read(content)}>
            {t('inspector.flow.recording.read')}
          </Button>
          <Button size="small" onClick={() => file.current?.click()}>
            {t('inspector.flow.recording.choose')}
          </Button>
          <input
            ref={file}
            type="file"
            hidden
            data-testid="recording-file"
            accept=".csv,.tsv,.txt"
            onChange={(event) => {
              void take(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
        </>
      )}
    </Row>
  );
}
