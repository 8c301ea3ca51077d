import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { useLanguage } from './i18n/language';
import './ui/base.css';
import { followTheme } from './ui/theme';

followTheme();
document.documentElement.lang = useLanguage.getState().language;
const root = document.getElementById('root');
if (root) {
  root.replaceChildren();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
