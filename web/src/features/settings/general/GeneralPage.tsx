import { SettingsPage } from './SettingsPage';

export const GeneralPage = () => <SettingsPage groups={['general', 'mail', 'public', 'modules']} />;
