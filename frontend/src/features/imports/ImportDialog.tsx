import { useEffect, useId, useRef, useState, type DragEvent } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ApiProblem } from '../call';
import { Miniature } from '../gallery/Miniature';
import type { Imported } from '../../api/types';
import { LARGEST_BYTES, readImport } from './api';
import { useFormats } from './formats';
import words from '../../ui/words.module.css';
import styles from './imports.module.css';

interface Props {
  /** Read at once. */
  readonly file?: File;
  readonly onClose: () => void;
  /** Makes a design of what was read and opens it. */
  readonly onOpen: (imported: Imported) => Promise<void>;
}

/** Reads a file or a pasted text and shows what was understood, assumed and left out before anything is made of it. */
export function ImportDialog({ file, onClose, onOpen }: Props) {
  const { t } = useI18n();
  const [imported, setImported] = useState<Imported | null>(null);
  return (
    <Dialog title={t('imports.title')} onClose={onClose} size="large">
      {imported ? (
        <Review imported={imported} onBack={() => setImported(null)} onOpen={onOpen} />
      ) : (
        <Source file={file} onRead={setImported} />
      )}
    </Dialog>
  );
}

/** What is wrong with the text itself; where it stood in the request says nothing to who gave it. */
function wrongWith(error: Error): string {
  const [first] = error instanceof ApiProblem ? error.errors : [];
  return first?.pointer === '/content' ? first.detail : error.message;
}

function Source({ file: given, onRead }: { file: File | undefined; onRead: (imported: Imported) => void }) {
  const { t } = useI18n();
  const id = useId();
  const file = useRef<HTMLInputElement>(null);
  const [content, setContent] = useState('');
  const [filename, setFilename] = useState('');
  const [chosen, setChosen] = useState('auto');
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const formats = useFormats();
  const read = (text: string, name: string): void => {
    setBusy(true);
    setProblem(null);
    readImport(chosen, text, name)
      .then(onRead, (error: Error) => setProblem(wrongWith(error)))
      .finally(() => setBusy(false));
  };
  const take = async (taken: File | undefined): Promise<void> => {
    if (!taken) return;
    if (taken.size > LARGEST_BYTES) {
      setProblem(t('imports.too_large'));
      return;
    }
    const text = await taken.text();
    setContent(text);
    setFilename(taken.name);
    read(text, taken.name);
  };
  useEffect(() => {
    const timer = setTimeout(() => void take(given));
    return () => clearTimeout(timer);
    // Once a file; what is chosen or typed afterwards is read when it is asked for.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [given]);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <div className={styles['source']}>
      <div
        className={styles['drop']}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <p>{t('imports.drop')}</p>
        <p className={words['quiet']}>{formats.phrase}</p>
        <Button onClick={() => file.current?.click()}>{t('imports.choose')}</Button>
        <input
          ref={file}
          type="file"
          hidden
          data-testid="import-file"
          accept={[...formats.extensions, '.txt'].join(',')}
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
      </div>
      <label htmlFor={`${id}-text`}>{t('imports.paste')}</label>
      <textarea
        id={`${id}-text`}
        value={content}
        rows={8}
        spellCheck={false}
        placeholder={'services:\n  web:\n    image: nginx\n    depends_on: [db]'}
        onChange={(event) => {
          setContent(event.target.value);
          setFilename('');
        }}
      />
      {problem && (
        <p className={words['problem']} role="alert">
          {problem}
        </p>
      )}
      <div className={styles['actions']}>
        <label htmlFor={`${id}-format`}>{t('imports.format')}</label>
        <select id={`${id}-format`} value={chosen} onChange={(event) => setChosen(event.target.value)}>
          <option value="auto">{t('imports.auto')}</option>
          {formats.known.map(({ id: value, title }) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
        <Button variant="primary" disabled={busy || content.trim() === ''} onClick={() => read(content, filename)}>
          {busy ? t('imports.reading') : t('imports.read')}
        </Button>
      </div>
    </div>
  );
}

interface ReviewProps {
  readonly imported: Imported;
  readonly onBack: () => void;
  readonly onOpen: (imported: Imported) => Promise<void>;
}

function Review({ imported, onBack, onOpen }: ReviewProps) {
  const { t } = useI18n();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { nodes = [], edges = [] } = imported.topology;
  const format = useFormats().known.find(({ id }) => id === imported.format)?.title ?? imported.format;
  return (
    <div className={styles['review']}>
      <Miniature topology={imported.topology} width={640} height={260} />
      <p className={styles['sum']}>{t('imports.sum', { format, nodes: nodes.length, edges: edges.length })}</p>
      <div className={styles['parts']}>
        <Part title={t('imports.understood', { count: imported.understood.length })} lines={imported.understood} tone="good" />
        <Part title={t('imports.assumed', { count: imported.assumed.length })} lines={imported.assumed} tone="warn" />
        {imported.left_out.length > 0 && (
          <Part title={t('imports.left_out', { count: imported.left_out.length })} lines={imported.left_out} tone="quiet" />
        )}
      </div>
      {problem && (
        <p className={words['problem']} role="alert">
          {problem}
        </p>
      )}
      <div className={styles['actions']}>
        <Button variant="ghost" onClick={onBack}>
          {t('imports.back')}
        </Button>
        <Button
          variant="primary"
          disabled={busy}
          onClick={() => {
            setBusy(true);
            onOpen(imported).catch((error: Error) => {
              setProblem(error.message);
              setBusy(false);
            });
          }}
        >
          {t('imports.open')}
        </Button>
      </div>
    </div>
  );
}

function Part({ title, lines, tone }: { title: string; lines: readonly string[]; tone: 'good' | 'warn' | 'quiet' }) {
  return (
    <details className={styles['part']} data-tone={tone} open={lines.length > 0 && lines.length <= 6}>
      <summary>{title}</summary>
      <ul>
        {lines.map((line, index) => (
          <li key={index}>{line}</li>
        ))}
      </ul>
    </details>
  );
}
