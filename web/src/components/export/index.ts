export { ExportButton } from './ExportButton';
export { download, EXPORTABLE, type Exportable } from './query';
