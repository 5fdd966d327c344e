#!/bin/sh
# A purge also takes the logins and the logs of root's mounts.
if [ "$1" = purge ]; then
  rm -rf /etc/biginfs /var/lib/biginfs
fi
