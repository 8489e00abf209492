# -*- coding: euc-kr -*-
인사 = '안녕하세요'
print(인사)
