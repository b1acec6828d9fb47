"""Real RTSP servers on free loopback ports, one open, one asking for Basic and one for Digest credentials.

Pictures are 320 x 240: eight colour bars above, and below them 2 x 16 black or white blocks that spell, most significant
bit first, the time at which the picture was made, in hundredths of a second since 1970, modulo 2^32.

`/still` shows the bars above grey, a picture in which nothing moves; each SIGUSR1 puts something into it, or takes it out.

Prints one line of JSON: {"open": port, "basic": port, "digest": port}. Ports may be given, behind user and password, in
that order.
"""
import json
import signal
import sys
import time

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstRtsp', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

FPS = 12
WIDTH, HEIGHT = 320, 240
USER, PASSWORD = sys.argv[1], sys.argv[2]
PORTS = sys.argv[3:] or ['0', '0', '0']
# Luma and chroma of the bars, all inside the limited range.
BARS = [(180, 128, 128), (168, 44, 136), (145, 147, 44), (133, 63, 52), (63, 193, 204), (51, 109, 212), (28, 212, 120), (16, 128, 128)]

Gst.init(None)


def bars(component, width):
    return b''.join(bytes([bar[component]]) * (width // 8) for bar in BARS)


TOP = bars(0, WIDTH) * (HEIGHT // 2)
CHROMA = [bars(c, WIDTH // 2) * (HEIGHT // 4) + bytes([128]) * (WIDTH // 2 * HEIGHT // 4) for c in (1, 2)]


def picture():
    stamp = int(time.time() * 100) & 0xFFFFFFFF
    bits = format(stamp, '032b')
    rows = [b''.join(bytes([235 if bit == '1' else 16]) * (WIDTH // 16) for bit in bits[at:at + 16]) for at in (0, 16)]
    return TOP + rows[0] * (HEIGHT // 4) + rows[1] * (HEIGHT // 4) + CHROMA[0] + CHROMA[1]


something = {'there': False}


def still():
    thing = bytes([200]) if something['there'] else bytes([100])
    row = bytes([100]) * (WIDTH // 2) + thing * (WIDTH // 4) + bytes([100]) * (WIDTH // 4)
    return TOP + row * (HEIGHT // 2) + CHROMA[0] + CHROMA[1]


def turn(*_):
    something['there'] = not something['there']
    return True


SOURCE = (
    'appsrc name=source is-live=true do-timestamp=true format=time max-buffers=4 leaky-type=2 '
    f'caps=video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate={FPS}/1 ! '
)
ENCODERS = {
    '/h264': f'x264enc speed-preset=ultrafast tune=zerolatency key-int-max={FPS} bitrate=1000 ! video/x-h264,profile=baseline ! rtph264pay name=pay0 pt=96 config-interval=1',
    '/h265': f'x265enc speed-preset=ultrafast tune=zerolatency key-int-max={FPS} bitrate=1000 ! rtph265pay name=pay0 pt=96 config-interval=1',
    '/still': f'x264enc speed-preset=ultrafast tune=zerolatency key-int-max={FPS} bitrate=1000 ! video/x-h264,profile=baseline ! rtph264pay name=pay0 pt=96 config-interval=1',
    '/mjpeg': 'jpegenc quality=95 ! rtpjpegpay name=pay0 pt=26',
}


def configure(_factory, media, draw):
    source = media.get_element().get_child_by_name('source')
    running = {'on': True}

    def push():
        if running['on']:
            source.emit('push-buffer', Gst.Buffer.new_wrapped(draw()))
        return running['on']

    GLib.timeout_add(1000 // FPS, push)
    media.connect('unprepared', lambda _media: running.update(on=False))


def serve(method, port):
    server = GstRtspServer.RTSPServer()
    server.set_address('127.0.0.1')
    server.set_service(port)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_role('viewer')
    for what in ('media.factory.access', 'media.factory.construct'):
        permissions.add_permission_for_role('viewer', what, True)
    for path, encoder in ENCODERS.items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(f'( {SOURCE}{encoder} )')
        factory.set_shared(True)
        if method is not None:
            factory.set_permissions(permissions)
        factory.connect('media-configure', configure, still if path == '/still' else picture)
        server.get_mount_points().add_factory(path, factory)
    if method is not None:
        auth = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken()
        token.set_string('media.factory.role', 'viewer')
        auth.set_supported_methods(method)
        if method == GstRtsp.RTSPAuthMethod.BASIC:
            auth.add_basic(GstRtspServer.RTSPAuth.make_basic(USER, PASSWORD), token)
        else:
            auth.add_digest(USER, PASSWORD, token)
        server.set_auth(auth)
    server.attach(None)
    return server


servers = {
    'open': serve(None, PORTS[0]),
    'basic': serve(GstRtsp.RTSPAuthMethod.BASIC, PORTS[1]),
    'digest': serve(GstRtsp.RTSPAuthMethod.DIGEST, PORTS[2]),
}
print(json.dumps({name: server.get_bound_port() for name, server in servers.items()}), flush=True)
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, turn)
GLib.MainLoop().run()
