import { SettingsPage } from '../general/SettingsPage';

export const SecurityPage = () => <SettingsPage groups={['security']} />;
