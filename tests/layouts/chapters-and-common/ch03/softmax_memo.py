# coding: utf-8
import sys, os
sys.path.append(os.pardir)  # 親フォルダの common を使うため
import numpy as np
from common.functions import softmax

print(softmax(np.array([0.1, 0.2, 0.7])))
print(np.sum(softmax(np.array([1010, 1000, 990]))))
