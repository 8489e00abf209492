import numpy as np
import matplotlib.pyplot as plt
from tqdm import tqdm
import wandb

wandb.init(project="mnist")


def train(network, x_train, t_train, x_test, t_test, iterations=600, batch_size=100, learning_rate=0.1, seed=0):
    np.random.seed(seed)
    损失, 训练精度, 测试精度 = [], [], []
    每轮 = max(len(x_train) // batch_size, 1)
    for i in tqdm(range(iterations)):
        选 = np.random.randint(0, len(x_train), batch_size)
        g = network.gradient(x_train[选], t_train[选])
        for key in ("W1", "b1", "W2", "b2"):
            network.params[key] -= learning_rate * g[key]
        损失.append(network.loss(x_train[选], t_train[选]))
        if i % 每轮 == 0:
            训练精度.append(network.accuracy(x_train, t_train))
            测试精度.append(network.accuracy(x_test, t_test))
            plt.pause(0.01)
    return 损失, 训练精度, 测试精度
