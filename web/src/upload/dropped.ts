/** Called with files as they are found; `leftOut` counts what a folder held beside images. */
export type OnFound = (files: File[], inFolder: boolean) => void;

/**
 * Walks what was dropped, folders and all. The entries must be taken before the first await: the browser empties
 * the transfer when the drop handler returns.
 */
export async function walkDropped(transfer: DataTransfer, found: OnFound): Promise<void> {
  const loose: File[] = [];
  const folders: FileSystemDirectoryEntry[] = [];
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    if (entry?.isDirectory === true) folders.push(entry as FileSystemDirectoryEntry);
    else {
      const file = item.getAsFile();
      if (file !== null) loose.push(file);
    }
  }
  if (loose.length > 0) found(loose, false);
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    const reader = folder.createReader();
    // A reader hands out a hundred entries at a time and an empty list at the end.
    for (let entries = await readSome(reader); entries.length > 0; entries = await readSome(reader)) {
      const files: File[] = [];
      for (const entry of entries) {
        if (entry.isDirectory) folders.push(entry as FileSystemDirectoryEntry);
        else files.push(await fileOf(entry as FileSystemFileEntry));
      }
      if (files.length > 0) found(files, true);
    }
  }
}

const readSome = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject));

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));
