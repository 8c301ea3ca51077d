import { useEffect, useState } from 'react';
import { openDesign, setCatalogue } from '../editor/drawing';
import type { SharedDesign } from '../api/types';
import { untilAnswered } from '../features/call';
import { SharedPage } from '../features/sharing/SharedPage';
import { useI18n } from '../i18n/useI18n';
import { Message } from '../ui/Message';
import { Editor } from './Editor';
import { loadCatalogue } from './loading';

/** What a link opens, as far as the link allows it. */
export function LinkPage({ link, compact }: { readonly link: string; readonly compact: boolean }) {
  return <SharedPage id={link}>{(shared) => <Opened shared={shared} compact={compact} />}</SharedPage>;
}

function Opened({ shared, compact }: { readonly shared: SharedDesign; readonly compact: boolean }) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    let close: (() => void) | null = null;
    const giveUp = untilAnswered(
      loadCatalogue,
      (catalogue) => {
        setCatalogue(catalogue);
        close = openDesign(shared.design.id, shared.scope, shared.design.topology);
        setOpen(true);
      },
      () => true,
    );
    return () => {
      giveUp();
      close?.();
    };
  }, [shared]);
  return open ? <Editor shared compact={compact} /> : <Message text={t('app.loading')} />;
}
