import type { Outcome } from './outcome.ts';

/**
 * Every way something can go wrong, once.
 *
 * - `outcome`: how an item ends when this is its last word (`null`: it stops a whole import or request).
 * - `retry`: whether waiting can help. Transient failures are tried again with backoff first.
 * - `patient`: the source as a whole is in trouble, so its items are given more and longer tries than one bad file.
 * - `parks`: a person (or time) has to help. An import waits with what it has, for days if need be, and goes on from
 *   the same file; a scheduled run, which nobody watches, fails with it instead.
 * - `model`: of a model, or of what it looks at; the pictures themselves are fine.
 * - `title` says what happened, `advice` what the person can do about it.
 */
interface FailureKind {
  readonly outcome: Outcome | null;
  readonly retry: boolean;
  readonly patient?: true;
  readonly parks?: true;
  readonly model?: true;
  readonly title: string;
  readonly advice: string;
}

export const FAILURES = {
  // --- the bytes are not an image we accept -------------------------------------------------
  unsupported_format: {
    outcome: 'rejected',
    retry: false,
    title: 'Not an image format that Tributary reads',
    advice: 'Convert it to JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC and add it again.',
  },
  empty_file: {
    outcome: 'rejected',
    retry: false,
    title: 'The file is empty',
    advice: 'Check the card or the upload that produced it; add the file again once it has content.',
  },
  corrupt_image: {
    outcome: 'rejected',
    retry: false,
    title: 'The image is damaged and cannot be decoded',
    advice: 'Fetch a fresh copy from the camera or card; a damaged copy cannot be repaired here.',
  },
  truncated: {
    outcome: 'rejected',
    retry: false,
    title: 'The image ends before it is complete',
    advice: 'The file was cut off while it was written or copied. Copy it again and re-import.',
  },
  pixel_limit: {
    outcome: 'rejected',
    retry: false,
    title: 'The image has more pixels than this format may have',
    advice: 'Scale it down, or save it as JPEG, before adding it.',
  },
  too_large: {
    outcome: 'rejected',
    retry: false,
    title: 'The file is larger than the size limit',
    advice: 'Raise MAX_FILE_BYTES or shrink the file.',
  },
  decode_timeout: {
    outcome: 'rejected',
    retry: false,
    title: 'Decoding the image took too long',
    advice: 'The file asks for far more work than its size explains. Re-save it with an image editor.',
  },
  decode_memory: {
    outcome: 'rejected',
    retry: false,
    title: 'Decoding the image needs more memory than it may use',
    advice: 'Scale it down, or save it as JPEG, before adding it.',
  },
  decoder_crashed: {
    outcome: 'rejected',
    retry: false,
    title: 'The image crashed the decoder twice',
    advice: 'The file is malformed in a dangerous way. Re-save it with an image editor; please report it.',
  },
  // --- not wanted, and that is fine ---------------------------------------------------------
  not_an_image: {
    outcome: 'skipped',
    retry: false,
    title: 'Not an image (by its name)',
    advice: 'Nothing to do: documents, videos and side files are left alone.',
  },
  known_version: {
    outcome: 'skipped',
    retry: false,
    title: 'This version was imported before',
    advice: 'Nothing to do: the same file at the same place has not changed.',
  },
  known_reject: {
    outcome: 'skipped',
    retry: false,
    title: 'This version was rejected before',
    advice: 'Replace the file, or import with "force" to have it looked at again.',
  },
  bad_name: {
    outcome: 'skipped',
    retry: false,
    title: 'The listing names a path that is not safe to follow',
    advice: 'Rename the file at the source. Names with slashes, control characters or ".." are not followed.',
  },
  native_document: {
    outcome: 'skipped',
    retry: false,
    title: 'A document of an online editor, not a file',
    advice: 'Nothing to do: it has no bytes that could be an image. Export it as an image to import it.',
  },
  dangling_link: {
    outcome: 'skipped',
    retry: false,
    title: 'A shortcut to something that is gone or not shared',
    advice: 'Share the file that the shortcut points at, or put it into the folder itself.',
  },
  not_downloadable: {
    outcome: 'skipped',
    retry: false,
    title: 'The owner does not allow the file to be downloaded',
    advice: 'Ask its owner to allow downloads, then import again.',
  },
  encrypted_entry: {
    outcome: 'skipped',
    retry: false,
    title: 'The file is encrypted inside its archive',
    advice: 'Make the archive without a password and import it again.',
  },
  unsupported_compression: {
    outcome: 'skipped',
    retry: false,
    title: 'The file is packed in a way that Tributary does not read',
    advice: 'Make the archive with plain zip compression (deflate, or none) and import it again.',
  },
  archive_link: {
    outcome: 'skipped',
    retry: false,
    title: 'A link inside an archive, not a file',
    advice: 'Nothing to do: links are not followed. Put the file itself into the archive to import it.',
  },
  still_changing: {
    outcome: 'skipped',
    retry: false,
    title: 'The file was changed a moment ago and may still be being written',
    advice: 'Nothing to do: the next run of the source brings it in.',
  },
  later_run: {
    outcome: 'skipped',
    retry: false,
    title: 'Left for a later run, because this one had its full number of files',
    advice: 'Nothing to do: older files come first. Raise max_files_per_run to bring more in at a time.',
  },
  vanished: {
    outcome: 'skipped',
    retry: false,
    title: 'The file was gone when it was fetched',
    advice: 'It was removed or renamed after it was listed. Import again to pick up a new name.',
  },
  cancelled: {
    outcome: 'skipped',
    retry: false,
    title: 'The import was cancelled first',
    advice: 'Start the import again to bring the rest in.',
  },
  known_content: {
    outcome: 'duplicate',
    retry: false,
    title: 'The same bytes are already in the library',
    advice: 'Nothing to do: the item points at the existing asset.',
  },
  // --- the source or the network ------------------------------------------------------------
  source_unreachable: {
    outcome: 'failed',
    retry: true,
    patient: true,
    title: 'The source did not answer',
    advice: 'Check that the address is right and the server is up, then retry the failed items.',
  },
  source_error: {
    outcome: 'failed',
    retry: true,
    title: 'The source answered with an error',
    advice: 'Look at the detail; retry the failed items once the server is well again.',
  },
  source_throttled: {
    outcome: 'failed',
    retry: true,
    patient: true,
    title: 'The source asked us to slow down for too long',
    advice: 'Retry the failed items later.',
  },
  source_timeout: {
    outcome: 'failed',
    retry: true,
    title: 'The source was too slow',
    advice: 'Retry the failed items; a source that drips bytes is cut off on purpose.',
  },
  short_read: {
    outcome: 'failed',
    retry: true,
    title: 'The download ended before the announced length',
    advice: 'The connection broke. Retry the failed items.',
  },
  changed_during_read: {
    outcome: 'failed',
    retry: true,
    title: 'The file changed while it was read',
    advice: 'It was still being written. Retry the failed items.',
  },
  hash_mismatch: {
    outcome: 'failed',
    retry: true,
    title: 'The bytes do not have the hash that the source announced',
    advice: 'The transfer damaged the file. Retry the failed items.',
  },
  bad_response: {
    outcome: 'failed',
    retry: true,
    title: 'The source broke the protocol',
    advice: 'Check that the address really is a file server; retry the failed items.',
  },
  auth_failed: {
    outcome: 'failed',
    retry: false,
    parks: true,
    title: 'The source refused access',
    advice: 'Give it (new) credentials and resume the import, or retry the failed items.',
  },
  password_needed: {
    outcome: 'failed',
    retry: false,
    parks: true,
    title: 'The link asks for a password',
    advice: 'Give the (right) password of the link and resume the import.',
  },
  consent_needed: {
    outcome: 'failed',
    retry: false,
    parks: true,
    title: 'The provider flagged the file as harmful',
    advice:
      'Resume the import with "acknowledge_abuse" to fetch it all the same, or with "skip" to leave it out.',
  },
  quota_exhausted: {
    outcome: 'failed',
    retry: false,
    parks: true,
    title: 'The daily quota at the provider is used up',
    advice: 'Nothing to do: the import goes on by itself. Resume it to try at once.',
  },
  provider_misconfigured: {
    outcome: 'failed',
    retry: false,
    parks: true,
    title: 'The provider does not accept the key of this installation',
    advice: 'Set a valid key (GOOGLE_API_KEY, DROPBOX_APP_KEY and DROPBOX_APP_SECRET) and resume the import.',
  },
  host_key_unknown: {
    outcome: 'failed',
    retry: false,
    parks: true,
    title: 'Nobody has confirmed yet that this is the right server',
    advice:
      'Compare the fingerprint with what the owner of the server says, set "host_key" (SFTP) or ' +
      '"certificate_sha256" (FTPS) to it, and resume the import.',
  },
  host_key_mismatch: {
    outcome: 'failed',
    retry: false,
    parks: true,
    title: 'The server does not have the key that was confirmed',
    advice:
      'Somebody may be in between, so nothing was sent. If the owner of the server replaced its key, set the new ' +
      'fingerprint and resume the import.',
  },
  read_denied: {
    outcome: 'failed',
    retry: false,
    title: 'The file may not be read',
    advice: 'Fix the file permissions, then retry the failed items.',
  },
  ssrf_blocked: {
    outcome: 'failed',
    retry: false,
    title: 'The address is not one that Tributary may reach',
    advice: 'Private and special addresses are refused unless ALLOW_PRIVATE_NETS lists them.',
  },
  redirect_refused: {
    outcome: 'failed',
    retry: false,
    title: 'The source redirects somewhere it may not',
    advice: 'Import from the address it redirects to, if you trust it.',
  },
  // --- the tenant -----------------------------------------------------------------------------
  quota_exceeded: {
    outcome: 'failed',
    retry: false,
    parks: true,
    title: 'The tenant has no room left',
    advice:
      'Raise its limits (PATCH /tenants/{name}) or delete pictures for good, then resume the import or send the ' +
      'picture again.',
  },
  tenant_gone: {
    outcome: 'failed',
    retry: false,
    title: 'The tenant is being deleted',
    advice: 'Wait until it is gone; the name can be used again then.',
  },
  // --- whole imports ------------------------------------------------------------------------
  bad_address: {
    outcome: null,
    retry: false,
    title: 'The address cannot be used',
    advice: 'Check the link or path; the detail says what is wrong with it.',
  },
  source_not_found: {
    outcome: null,
    retry: false,
    title: 'There is nothing at that address',
    advice: 'Check the link or path. Nothing in the library was changed.',
  },
  not_a_listing: {
    outcome: null,
    retry: false,
    title: 'The page is not a directory listing',
    advice: 'Give the address of a directory whose index the server shows.',
  },
  listing_too_large: {
    outcome: null,
    retry: false,
    title: 'The listing is too large or too deep to read safely',
    advice: 'Import its sub-directories one by one.',
  },
  camera_busy: {
    outcome: null,
    retry: true,
    title: 'Somebody else uses the one connection to the camera',
    advice:
      'Nothing to do: it is tried again. Stop the other session of the camera to have this one go on at once.',
  },
  driver_missing: {
    outcome: null,
    retry: false,
    title: 'No program that decodes video is installed',
    advice:
      'Install FFmpeg 5.1 or newer ("apt-get install ffmpeg"), or set FFMPEG_PATH to where it is; then resume the session.',
  },
  // --- models and what they look at: pictures stay in the library without boxes -----------------
  runtime_missing: {
    outcome: null,
    retry: false,
    model: true,
    title: 'What runs models is not installed',
    advice:
      'Install it with "npm install onnxruntime-node" (an optional package; it exists for Linux, macOS and Windows), and ' +
      'restart. Pictures that came in meanwhile are looked at by "tributary models use".',
  },
  manifest_invalid: {
    outcome: null,
    retry: false,
    model: true,
    title: 'What the manifest says of the model cannot be used',
    advice: 'Correct the fields that the detail names; docs/detection.md has a manifest for each family.',
  },
  model_missing: {
    outcome: null,
    retry: false,
    model: true,
    title: 'The file of the model is not there',
    advice:
      'Put it beside its manifest, or into TRIBUTARY_MODELS of every machine that runs the queue inference.',
  },
  model_damaged: {
    outcome: null,
    retry: false,
    model: true,
    title: 'The file of the model is not the one that was added',
    advice:
      'Fetch it again and compare its SHA-256; add it as a new version if it is meant to be another one.',
  },
  model_unsafe: {
    outcome: null,
    retry: false,
    model: true,
    title: 'The model keeps parts of itself in other files',
    advice: 'Export it into one file (ONNX: save_as_external_data=False). Other files are never opened.',
  },
  model_unreadable: {
    outcome: null,
    retry: false,
    model: true,
    title: 'The file is not an ONNX model that can be run',
    advice: 'Fetch or export it again. It has to run on the CPU with the operators of ONNX Runtime 1.30.',
  },
  model_mismatch: {
    outcome: null,
    retry: false,
    model: true,
    title: 'The model is not what its manifest says',
    advice: 'Correct the family, input size, layout or classes in the manifest, as the detail says.',
  },
  model_too_large: {
    outcome: null,
    retry: false,
    model: true,
    title: 'The model needs more memory than it may use',
    advice: 'Take a smaller one, or check that it is whole: a damaged file may ask for any amount.',
  },
  detector_crashed: {
    outcome: null,
    retry: false,
    model: true,
    title: 'The picture crashed the detector twice',
    advice: 'The picture is in the library without boxes. Please report it with the name of the model.',
  },
  detector_timeout: {
    outcome: null,
    retry: false,
    model: true,
    title: 'The detector took too long for the picture',
    advice: 'The picture is in the library without boxes. Take a smaller model if it happens often.',
  },
  detector_memory: {
    outcome: null,
    retry: false,
    model: true,
    title: 'The detector needed more memory for the picture than it may use',
    advice: 'The picture is in the library without boxes. Take a smaller model if it happens often.',
  },
  detector_failed: {
    outcome: null,
    retry: false,
    model: true,
    title: 'The detector gave up on the picture',
    advice: 'The picture is in the library without boxes. Please report it with the name of the model.',
  },
  not_an_archive: {
    outcome: null,
    retry: false,
    title: 'Not a zip archive that can be read',
    advice:
      'It may be cut off, or of another kind (rar, 7z, tar). Make the zip archive anew and add it again.',
  },
  bad_dataset: {
    outcome: null,
    retry: false,
    title: 'Not a file of detections that can be read',
    advice:
      'Give the batch output of MegaDetector (1.0 or later) or a COCO Camera Traps file; the detail says where it breaks.',
  },
  archive_unsafe: {
    outcome: null,
    retry: false,
    title: 'The archive would unpack to far more than it holds',
    advice: 'It is built like a zip bomb, so nothing of it was unpacked. Import its pictures in another way.',
  },
  webhook_refused: {
    outcome: null,
    retry: true,
    title: 'The receiver of a webhook answered with an error',
    advice:
      'Look at the answer in the log of deliveries. The message is sent again by itself for three days.',
  },
  webhook_gone: {
    outcome: null,
    retry: false,
    title: 'The receiver of a webhook said that it is gone',
    advice: 'The webhook was switched off. Give it another address and switch it on again, or delete it.',
  },
  webhook_failing: {
    outcome: null,
    retry: false,
    title: 'Nothing could be delivered to a webhook for days',
    advice:
      'It was switched off. Repair the receiver, switch the webhook on again and have it sent what it missed.',
  },
  // --- our own parts ------------------------------------------------------------------------
  store_unavailable: {
    outcome: 'failed',
    retry: true,
    title: 'The object store did not take the bytes',
    advice: 'Check disk space and the store, then retry the failed items.',
  },
  store_misconfigured: {
    outcome: 'failed',
    retry: false,
    parks: true,
    title: 'The object store refuses what its settings name',
    advice:
      'Check S3_ENDPOINT, S3_BUCKET, S3_REGION, S3_ACCESS_KEY and S3_SECRET_KEY, restart, and resume the import.',
  },
  storage_full: {
    outcome: 'failed',
    retry: true,
    title: 'There is no space left for the bytes',
    advice: 'Free some space, then retry the failed items.',
  },
  database_unavailable: {
    outcome: null,
    retry: true,
    title: 'The database did not answer in time',
    advice: 'Nothing was lost; try again shortly.',
  },
  credentials_unreadable: {
    outcome: 'failed',
    retry: false,
    parks: true,
    title: 'The stored credentials cannot be opened',
    advice:
      'SECRET_KEY changed or is missing. Set the key they were sealed with, or give the credentials anew.',
  },
  object_missing: {
    outcome: 'failed',
    retry: false,
    title: 'The original bytes are missing from the object store',
    advice:
      'Retry the failed item to fetch its bytes from their source again. Upload an uploaded picture again.',
  },
  object_damaged: {
    outcome: 'failed',
    retry: false,
    title: 'The original bytes in the object store are not those that were stored',
    advice:
      'Check the disk or bucket. Retry the failed item to fetch its bytes from their source again; upload an uploaded ' +
      'picture again.',
  },
  internal_error: {
    outcome: 'failed',
    retry: true,
    title: 'Something unexpected went wrong',
    advice: 'Retry the failed items; please report it with the request or asset id.',
  },
} as const satisfies Record<string, FailureKind>;

export type FailureType = keyof typeof FAILURES;

/** The failures that end one item, by the outcome they give it. */
export type ItemReason = {
  [K in FailureType]: (typeof FAILURES)[K]['outcome'] extends Outcome ? K : never;
}[FailureType];

/** Whether an import can wait until a person (or time) has removed the cause. */
export function waitsForHelp(type: FailureType): boolean {
  return 'parks' in FAILURES[type];
}

export function isFailureType(value: string): value is FailureType {
  return Object.hasOwn(FAILURES, value);
}

/**
 * A typed failure on its way to the place that decides about retries. `message` is for people: it names
 * what was tried and what to do, and never holds a credential or an upstream body.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly type: FailureType;
  /** Earliest sensible next try, in milliseconds, when the other side said so. */
  readonly retryAfterMs: number | undefined;

  constructor(type: FailureType, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.type = type;
    this.retryAfterMs = options.retryAfterMs;
  }

  get retryable(): boolean {
    return FAILURES[this.type].retry;
  }
}
