import type { SourceKindFactory } from '../source.ts';
import archive from './archive/kind.ts';
import dropbox from './dropbox/kind.ts';
import folder from './folder/kind.ts';
import ftp from './ftp/kind.ts';
import googleDrive from './google-drive/kind.ts';
import httpDirectory from './http-directory/kind.ts';
import rest from './rest/kind.ts';
import s3 from './s3/kind.ts';
import sftp from './sftp/kind.ts';
import urls from './urls/kind.ts';
import webdav from './webdav/kind.ts';

/** Every kind of source there is. A new one is a folder beside this file and a line in it. */
export const KINDS: readonly SourceKindFactory[] = [
  // Before the folders, whose paths look the same.
  archive,
  folder,
  httpDirectory,
  googleDrive,
  dropbox,
  ftp,
  sftp,
  s3,
  webdav,
  rest,
  urls,
];
