import { useEffect, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { createDesign } from '../gallery/api';
import { ImportDialog } from './ImportDialog';
import { useFormats } from './formats';
import words from '../../ui/words.module.css';
import styles from './imports.module.css';

/** A file that is dropped anywhere on the page is imported as a design of its own. */
export function FileDrop() {
  const { t } = useI18n();
  const { phrase } = useFormats();
  const [file, setFile] = useState<File | null>(null);
  const over = useFileDrop(setFile);
  return (
    <>
      {over && file === null && (
        <div className={styles['everywhere']}>
          <p>{t('imports.drop.anywhere')}</p>
          <p className={words['quiet']}>{phrase}</p>
        </div>
      )}
      {file && (
        <ImportDialog
          file={file}
          onClose={() => setFile(null)}
          onOpen={async ({ topology }) => {
            const design = await createDesign(topology);
            window.location.assign(`/d/${design.id}`);
          }}
        />
      )}
    </>
  );
}

/** Takes a file that nothing else on the page takes; tells whether one is held over it. */
function useFileDrop(onFile: (file: File) => void): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onOver = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      setOver(false);
      const [file] = event.dataTransfer?.files ?? [];
      if (!file || event.defaultPrevented) return;
      // The browser itself would leave the page for the file.
      event.preventDefault();
      onFile(file);
    };
    const listeners = { dragover: onOver, dragleave: onLeave, drop: onDrop };
    for (const [type, listener] of Object.entries(listeners)) window.addEventListener(type, listener as EventListener);
    return () => {
      for (const [type, listener] of Object.entries(listeners)) window.removeEventListener(type, listener as EventListener);
    };
  }, [onFile]);
  return over;
}
