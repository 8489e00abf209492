# -*- coding: utf-8 -*-
import urllib2

print "start"
for line in urllib2.urlopen("http://localhost/").readlines():
    print line,
exec "x = 1"
