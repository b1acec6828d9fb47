-- What a session's pictures looked like so far, so that whoever captures the next one sees that a camera hangs or was
-- turned away. Nothing is lost with it but a few pictures' flags.
create unlogged table capture_scenes (
  session_id uuid primary key references capture_sessions on delete cascade,
  -- Brightness of the last picture that differed from the one before it, a byte a pixel.
  previous bytea not null,
  -- Brightness of the usual scene, as 32-bit floating point numbers in the order of the machine.
  scene bytea,
  same integer not null,
  strange integer not null
);
