import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { type CgroupParts, cgroupParts, recordedCgroup } from '../../src/model/cgroup.js';

const ID = 'c0ffee01'.repeat(8);
const INNER = '0badcafe'.repeat(8);
const UID = '6c2a4b1e-7f3d-4a58-9c61-0d2f8e4b7a93';
const UNDERSCORED = UID.replaceAll('-', '_');
const HASH = '0f38f4cb9e8fbb1a8e0c1b2c3d4e5f60';
const KUBEPODS = '/kubepods.slice/kubepods-burstable.slice';
const USER = '/user.slice/user-1000.slice/user@1000.service';

/** Paths as the runtimes of that name make them, and what they say: [what, path, container, pod, unit]. */
const PATHS: readonly (readonly [what: string, path: string, parts: Partial<CgroupParts>])[] = [
  // systemd
  ['the root', '/', {}],
  ['the first process', '/init.scope', { unit: 'init.scope' }],
  ['a service', '/system.slice/nginx.service', { unit: 'nginx.service' }],
  ['an instance', '/system.slice/system-getty.slice/getty@tty1.service', { unit: 'getty@tty1.service' }],
  ['a service with cgroups of its own', '/system.slice/db.service/workers/3', { unit: 'db.service' }],
  ['a service in the root slice', '/custom.service', { unit: 'custom.service' }],
  ['a service that the kernel could name', '/system.slice/_cpu.service', { unit: 'cpu.service' }],
  ['a mount', '/system.slice/var-lib.mount', { unit: 'var-lib.mount' }],
  ['a slice alone', '/system.slice', {}],
  ['a template', '/system.slice/getty@.service', {}],
  ['a socket unit', '/system.slice/sshd.socket', { unit: 'sshd.socket' }],
  ['a login session', '/user.slice/user-1000.slice/session-3.scope', { unit: 'session-3.scope' }],
  ['a service of a user', `${USER}/app.slice/syncthing.service`, { unit: 'syncthing.service' }],
  [
    'an application of a user',
    `${USER}/app.slice/app-gnome-org.gnome.Maps-77.scope`,
    { unit: 'app-gnome-org.gnome.Maps-77.scope' },
  ],
  ['a user manager', `${USER}/init.scope`, { unit: 'user@1000.service' }],
  ['a user manager without slices', '/user@1000.service/dbus.service', { unit: 'dbus.service' }],
  [
    'an instance for something that is no user',
    '/system.slice/user@web.service/a.service',
    { unit: 'user@web.service' },
  ],
  // Docker
  ['docker, systemd', `/system.slice/docker-${ID}.scope`, { container: ID, unit: `docker-${ID}.scope` }],
  ['docker, cgroupfs', `/docker/${ID}`, { container: ID }],
  ['docker, systemd inside', `/docker/${ID}/system.slice/nginx.service`, { container: ID }],
  ['docker, --cgroup-parent', `/batch/jobs/${ID}`, { container: ID }],
  [
    'docker, --cgroup-parent batch.slice',
    `/batch.slice/docker-${ID}.scope`,
    { container: ID, unit: `docker-${ID}.scope` },
  ],
  ['docker in docker', `/docker/${ID}/docker/${INNER}`, { container: INNER }],
  [
    'docker in docker, systemd',
    `/system.slice/docker-${ID}.scope/docker/${INNER}`,
    { container: INNER, unit: `docker-${ID}.scope` },
  ],
  ['docker, rootless', `${USER}/user.slice/docker-${ID}.scope`, { container: ID, unit: `docker-${ID}.scope` }],
  ['BuildKit', '/docker/buildkit/x1y2z3a4b5c6d7e8f9g0h1i2j', { container: 'x1y2z3a4b5c6d7e8f9g0h1i2j' }],
  [
    'BuildKit in docker',
    '/system.slice/docker.service/docker/buildkit/x1y2z3a4b5c6d7e8f9g0h1i2j',
    { container: 'x1y2z3a4b5c6d7e8f9g0h1i2j', unit: 'docker.service' },
  ],
  ['the Docker daemon', '/system.slice/docker.service', { unit: 'docker.service' }],
  [
    'a mount of Docker',
    `/system.slice/var-lib-docker-containers-${ID}-mounts-shm.mount`,
    { unit: `var-lib-docker-containers-${ID}-mounts-shm.mount` },
  ],
  // Kubernetes
  [
    'containerd, systemd',
    `${KUBEPODS}/kubepods-burstable-pod${UNDERSCORED}.slice/cri-containerd-${ID}.scope`,
    { container: ID, pod: UID, unit: `cri-containerd-${ID}.scope` },
  ],
  [
    'containerd, guaranteed',
    `/kubepods.slice/kubepods-pod${UNDERSCORED}.slice/cri-containerd-${ID}.scope`,
    { container: ID, pod: UID, unit: `cri-containerd-${ID}.scope` },
  ],
  ['containerd, cgroupfs', `/kubepods/burstable/pod${UID}/${ID}`, { container: ID, pod: UID }],
  ['containerd, guaranteed, cgroupfs', `/kubepods/pod${UID}/${ID}`, { container: ID, pod: UID }],
  [
    'containerd without its systemd driver',
    `/system.slice/containerd.service/kubepods-burstable-pod${UNDERSCORED}.slice:cri-containerd:${ID}`,
    { container: ID, pod: UID, unit: 'containerd.service' },
  ],
  [
    'docker in Kubernetes',
    `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${UNDERSCORED}.slice/docker-${ID}.scope`,
    { container: ID, pod: UID, unit: `docker-${ID}.scope` },
  ],
  ['docker in Kubernetes, cgroupfs', `/kubepods/besteffort/pod${UID}/${ID}`, { container: ID, pod: UID }],
  ['docker in a pod', `/kubepods/besteffort/pod${UID}/${ID}/docker/${INNER}`, { container: INNER, pod: UID }],
  [
    'a static pod',
    `${KUBEPODS}/kubepods-burstable-pod${HASH}.slice/cri-containerd-${ID}.scope`,
    { container: ID, pod: HASH, unit: `cri-containerd-${ID}.scope` },
  ],
  ['a static pod, cgroupfs', `/kubepods/burstable/pod${HASH}/${ID}`, { container: ID, pod: HASH }],
  ['a pod without a container', `/kubepods/burstable/pod${UID}`, { pod: UID }],
  [
    'cri-o, systemd',
    `${KUBEPODS}/kubepods-burstable-pod${UNDERSCORED}.slice/crio-${ID}.scope`,
    { container: ID, pod: UID, unit: `crio-${ID}.scope` },
  ],
  [
    'cri-o, crun',
    `${KUBEPODS}/kubepods-burstable-pod${UNDERSCORED}.slice/crio-${ID}.scope/container`,
    { container: ID, pod: UID, unit: `crio-${ID}.scope` },
  ],
  ['cri-o, cgroupfs', `/kubepods/besteffort/pod${UID}/crio-${ID}`, { container: ID, pod: UID }],
  [
    "cri-o's monitor",
    `${KUBEPODS}/kubepods-burstable-pod${UNDERSCORED}.slice/crio-conmon-${ID}.scope`,
    { pod: UID, unit: `crio-conmon-${ID}.scope` },
  ],
  [
    'kind',
    `/docker/${ID}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod${UNDERSCORED}.slice/cri-containerd-${INNER}.scope`,
    { container: INNER, pod: UID },
  ],
  [
    'kind, systemd',
    `/system.slice/docker-${ID}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${UNDERSCORED}.slice/cri-containerd-${INNER}.scope`,
    { container: INNER, pod: UID, unit: `docker-${ID}.scope` },
  ],
  ["kind's kubelet", `/docker/${ID}/system.slice/kubelet.service`, { container: ID }],
  // containerd alone
  ['nerdctl, systemd', `/system.slice/nerdctl-${ID}.scope`, { container: ID, unit: `nerdctl-${ID}.scope` }],
  ['nerdctl, cgroupfs', `/default/${ID}`, { container: ID }],
  ['Amazon ECS', `/ecs/${HASH}/${ID}`, { container: ID }],
  [
    'Amazon ECS, systemd',
    `/ecstasks.slice/ecstasks-${HASH}.slice/docker-${ID}.scope`,
    { container: ID, unit: `docker-${ID}.scope` },
  ],
  ['Fargate', `/ecs/${HASH}/${HASH}-3564571163`, { container: `${HASH}-3564571163` }],
  // podman
  ['podman', `/machine.slice/libpod-${ID}.scope`, { container: ID, unit: `libpod-${ID}.scope` }],
  ['podman, crun', `/machine.slice/libpod-${ID}.scope/container`, { container: ID, unit: `libpod-${ID}.scope` }],
  [
    'podman, rootless',
    `${USER}/user.slice/libpod-${ID}.scope/container`,
    { container: ID, unit: `libpod-${ID}.scope` },
  ],
  ['podman, cgroupfs', `/libpod_parent/libpod-${ID}`, { container: ID }],
  ["podman's monitor", `/machine.slice/libpod-conmon-${ID}.scope`, { unit: `libpod-conmon-${ID}.scope` }],
  [
    'a pod of podman',
    `/machine.slice/machine-libpod_pod_${ID}.slice/libpod-${INNER}.scope`,
    { container: INNER, pod: ID, unit: `libpod-${INNER}.scope` },
  ],
  ['a pod of podman, cgroupfs', `/libpod_parent/libpod_pod_${ID}/libpod-${INNER}`, { container: INNER, pod: ID }],
  [
    'a pod of podman, rootless',
    `${USER}/user.slice/user-libpod_pod_${ID}.slice/libpod-${INNER}.scope/container`,
    { container: INNER, pod: ID, unit: `libpod-${INNER}.scope` },
  ],
  ['Quadlet', `/system.slice/web.service/libpod-payload-${ID}`, { container: ID, unit: 'web.service' }],
  ['Quadlet of a user', `${USER}/app.slice/web.service/libpod-payload-${ID}`, { container: ID, unit: 'web.service' }],
  ["podman's pause process", `${USER}/user.slice/podman-1234.scope`, { unit: 'podman-1234.scope' }],
  // LXC, systemd-nspawn, libvirt
  ['LXC', '/lxc.payload.web', { container: 'web' }],
  ['LXC, systemd inside', '/lxc.payload.web/system.slice/nginx.service', { container: 'web' }],
  ["LXC's monitor", '/lxc.monitor.web', {}],
  ['LXC 3', '/lxc/web', { container: 'web' }],
  ['LXC 3.1', '/lxc.payload/web/init.scope', { container: 'web' }],
  ['Proxmox VE', '/lxc/101/ns/system.slice/postfix.service', { container: '101' }],
  ['LXD in LXD', '/lxc.payload.outer/lxc.payload.inner/init.scope', { container: 'inner' }],
  ['docker in LXC', `/lxc.payload.web/docker/${ID}`, { container: ID }],
  [
    'systemd-nspawn',
    '/machine.slice/machine-deb\\x2d12.scope',
    { container: 'deb-12', unit: 'machine-deb\\x2d12.scope' },
  ],
  [
    'systemd-nspawn, a service inside',
    '/machine.slice/machine-web.scope/payload/system.slice/nginx.service',
    { container: 'web', unit: 'machine-web.scope' },
  ],
  [
    'systemd-nspawn as a service',
    '/machine.slice/systemd-nspawn@web.service/payload/init.scope',
    { container: 'web', unit: 'systemd-nspawn@web.service' },
  ],
  [
    'a name of UTF-8',
    '/machine.slice/machine-caf\\xc3\\xa9.scope',
    { container: 'café', unit: 'machine-caf\\xc3\\xa9.scope' },
  ],
  [
    'a virtual machine',
    '/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator',
    { unit: 'machine-qemu\\x2d1\\x2dvm.scope' },
  ],
  // What only looks like one
  ['too few digits', `/docker/${ID.slice(1)}`, {}],
  ['upper case', `/docker/${ID.toUpperCase()}`, {}],
  ['a directory named pod', '/kubepods/burstable/pod-of-whales', {}],
];

describe('the path of a cgroup', () => {
  for (const [what, path, parts] of PATHS) {
    it(`of ${what}`, () =>
      deepEqual(cgroupParts(path), { container: undefined, pod: undefined, unit: undefined, ...parts }));
  }

  it('is kept with what it says', () => {
    const parts = { container: ID, pod: undefined, unit: undefined };
    deepEqual(recordedCgroup(7, `/docker/${ID}`), { id: 7, path: `/docker/${ID}`, ...parts });
  });

  it('may be any text', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom(ID, `docker-${ID}.scope`, 'a.slice', 'user@1.service', '\\x2d'));
    fc.assert(fc.property(fc.array(name), (names) => void cgroupParts(`/${names.join('/')}`)));
  });
});
