import { useI18n } from '../../i18n/useI18n';
import type { TemplateSummary } from '../../api/types';
import { Miniature } from './Miniature';
import styles from './gallery.module.css';

interface Props {
  readonly template: TemplateSummary;
  readonly busy: boolean;
  readonly onOpen: () => void;
}

/** A ready-made topology: what it looks like, what it is called, its story in a sentence. The whole card opens it. */
export function TemplateCard({ template, busy, onOpen }: Props) {
  const { of } = useI18n();
  return (
    <li>
      <button type="button" className={styles['card']} aria-busy={busy} disabled={busy} onClick={onOpen}>
        <span className={styles['picture']}><Miniature topology={template.topology} /></span>
        <span className={styles['text']}>
          <span className={styles['name']}>{of(template.title)}</span>
          <span className={styles['story']}>{of(template.summary)}</span>
        </span>
      </button>
    </li>
  );
}
